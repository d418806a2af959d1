/** Input that nobody meant: for the tests of what reads bytes that come from outside. */
@org.jspecify.annotations.NullMarked
package boxrun.fuzz;

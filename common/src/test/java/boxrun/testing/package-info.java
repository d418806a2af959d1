/** What the tests of several modules share. */
@org.jspecify.annotations.NullMarked
package boxrun.testing;

/** Tests of the history of what happens. */
@org.jspecify.annotations.NullMarked
package boxrun.daemon.event;

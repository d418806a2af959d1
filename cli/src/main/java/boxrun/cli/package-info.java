/** Wiring of the command line. */
@NullMarked
package boxrun.cli;

import org.jspecify.annotations.NullMarked;

/** Finds a compatible daemon or starts one, and explains when it cannot: one class for each act. */
@NullMarked
package boxrun.cli.connect;

import org.jspecify.annotations.NullMarked;

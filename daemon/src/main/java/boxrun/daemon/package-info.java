/** Wiring of the daemon: read top to bottom. */
@NullMarked
package boxrun.daemon;

import org.jspecify.annotations.NullMarked;

/** Boxes: the only place where a box changes state; quota, reconciliation, sweep. */
@NullMarked
package boxrun.daemon.box;

import org.jspecify.annotations.NullMarked;

/** One daemon per user: lock, idle exit, orderly stop. */
@NullMarked
package boxrun.daemon.lifecycle;

import org.jspecify.annotations.NullMarked;

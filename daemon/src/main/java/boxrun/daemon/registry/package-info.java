/** The registry protocol, one small class per action. */
@NullMarked
package boxrun.daemon.registry;

import org.jspecify.annotations.NullMarked;

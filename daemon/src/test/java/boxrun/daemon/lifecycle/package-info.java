@NullMarked
package boxrun.daemon.lifecycle;

import org.jspecify.annotations.NullMarked;

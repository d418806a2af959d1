/** What several tests need: registries, images, file systems. */
@NullMarked
package boxrun.daemon.testing;

import org.jspecify.annotations.NullMarked;

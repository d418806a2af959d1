/** References, aliases, local sources, and the store of images and unpacked layers. */
@NullMarked
package boxrun.daemon.image;

import org.jspecify.annotations.NullMarked;

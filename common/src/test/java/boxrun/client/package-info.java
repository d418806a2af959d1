@NullMarked
package boxrun.client;

import org.jspecify.annotations.NullMarked;

@NullMarked
package boxrun.config;

import org.jspecify.annotations.NullMarked;

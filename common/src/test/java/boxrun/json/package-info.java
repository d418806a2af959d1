@NullMarked
package boxrun.json;

import org.jspecify.annotations.NullMarked;

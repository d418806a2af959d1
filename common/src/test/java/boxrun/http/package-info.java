@NullMarked
package boxrun.http;

import org.jspecify.annotations.NullMarked;

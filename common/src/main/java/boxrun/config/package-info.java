/** The one list of settings, the paths of the state directory, and the version. */
@NullMarked
package boxrun.config;

import org.jspecify.annotations.NullMarked;

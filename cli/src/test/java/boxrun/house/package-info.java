/** What holds for the whole source tree: its map of dependencies, its format, its generated files. */
@NullMarked
package boxrun.house;

import org.jspecify.annotations.NullMarked;

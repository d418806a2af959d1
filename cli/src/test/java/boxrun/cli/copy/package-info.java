@NullMarked
package boxrun.cli.copy;

import org.jspecify.annotations.NullMarked;

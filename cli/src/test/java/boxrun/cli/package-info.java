@NullMarked
package boxrun.cli;

import org.jspecify.annotations.NullMarked;

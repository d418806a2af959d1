@NullMarked
package boxrun.cli.print;

import org.jspecify.annotations.NullMarked;

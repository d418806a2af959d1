@NullMarked
package boxrun.cli.terminal;

import org.jspecify.annotations.NullMarked;

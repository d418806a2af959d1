@NullMarked
package boxrun.cli.help;

import org.jspecify.annotations.NullMarked;

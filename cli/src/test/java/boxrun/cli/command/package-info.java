@NullMarked
package boxrun.cli.command;

import org.jspecify.annotations.NullMarked;

/**
 * One class per subcommand, and the options they share. A {@link boxrun.cli.command.Command} has a shape and turns what
 * was typed into an {@link boxrun.cli.command.Action}, a value; only running the action does anything.
 */
@NullMarked
package boxrun.cli.command;

import org.jspecify.annotations.NullMarked;

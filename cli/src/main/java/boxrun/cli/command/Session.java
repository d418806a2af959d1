package boxrun.cli.command;

import boxrun.cli.print.Palette;
import boxrun.cli.terminal.Console;

/**
 * What an {@link Action} has at hand.
 *
 * @param palette for standard output
 */
public record Session(Console console, Surroundings here, Palette palette) {}

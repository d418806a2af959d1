package boxrun.cli.command;

import boxrun.cli.print.Palette;
import boxrun.cli.terminal.Console;
import boxrun.client.BoxrunClient;
import boxrun.config.Settings;
import java.util.function.Supplier;

/**
 * What an {@link Action} has at hand.
 *
 * @param palette for standard output
 * @param settings read when they are first asked for, {@code --host} among them
 * @param daemon the daemon, found or started when it is first asked for
 * @param anyDaemon the one after a daemon that is gone: who is in the middle of something also takes one of another
 *     build, since replacing it would be no better for the others than what happened to us
 */
public record Session(
        Console console,
        Surroundings here,
        Palette palette,
        Supplier<Settings> settings,
        Supplier<BoxrunClient> daemon,
        Supplier<BoxrunClient> anyDaemon) {}

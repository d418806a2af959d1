package boxrun.cli.command;

import boxrun.api.ExitData;
import boxrun.cli.print.Safe;
import boxrun.cli.terminal.Console;

/** What went wrong with a command that ended, beside its exit code. */
final class CommandError {
    private CommandError() {}

    /** Says it, if anything did. Names of the box are in it, which could drive the terminal. */
    static void say(ExitData end, Console console) {
        if (end.error() != null) {
            console.say("boxrun: " + Safe.line(end.error().message()));
        }
    }
}

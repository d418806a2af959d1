package boxrun.cli;

import boxrun.api.ProblemException;
import boxrun.cli.command.SeveralProblemsException;
import boxrun.cli.command.UsageException;
import boxrun.cli.print.Palette;
import boxrun.cli.print.Safe;
import boxrun.cli.terminal.Console;
import boxrun.cli.terminal.OutputClosedException;
import boxrun.cli.terminal.Signals;
import boxrun.client.ConnectionException;
import boxrun.config.Reasons;
import java.io.IOException;
import java.util.Optional;

/**
 * Turns a failure into words on standard error and an exit code; nothing else in the command line does.
 *
 * @param palette for standard error
 * @param debug also show the causes
 */
record Failure(Console console, Palette palette, boolean debug) {
    /** The command line makes no sense. */
    private static final int USAGE = 2;

    /** boxrun failed, as opposed to the command that it ran. */
    private static final int FAILED = 125;

    /** As if SIGPIPE had ended this process, which the JVM ignores. */
    private static final int READER_LEFT = 128 + 13;

    /** Says what went wrong. */
    int report(Throwable failure) {
        int code =
                switch (failure) {
                    case UsageException usage -> say(USAGE, usage.message(), usage.hint());
                    case ProblemException problem -> say(FAILED, problem.message(), problem.hint());
                    case SeveralProblemsException several -> {
                        several.problems().forEach(problem -> say(FAILED, problem.message(), problem.hint()));
                        yield FAILED;
                    }
                    case ConnectionException lost -> say(FAILED, lost.message());
                    case OutputClosedException gone when gone.readerLeft() -> READER_LEFT;
                    // A terminal that was hung up: the signal that says so may not have come yet.
                    case OutputClosedException gone when console.outIsTerminal() -> Signals.HUP.exitCode();
                    case OutputClosedException full -> say(FAILED, "cannot write the output: " + full.getMessage());
                    case InterruptedException interrupted -> Signals.INT.exitCode();
                    case IOException io -> say(FAILED, Reasons.of(io));
                    default ->
                        say(
                                FAILED,
                                "internal error: " + failure,
                                Optional.of(
                                        "this is a bug in boxrun; run it again with --debug and report what it says"));
                };
        if (debug) {
            flushQuietly();
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                console.say(palette.faint("  " + cause));
                for (StackTraceElement frame : cause.getStackTrace()) {
                    console.say(palette.faint("      at " + frame));
                }
            }
        }
        return code;
    }

    private int say(int code, String message) {
        return say(code, message, Optional.empty());
    }

    private int say(int code, String message, Optional<String> hint) {
        flushQuietly();
        console.say(palette.red("boxrun:") + " " + Safe.line(message));
        hint.ifPresent(next -> console.say(palette.bold("hint:") + " " + Safe.line(next)));
        return code;
    }

    /** What was printed before the failure comes before the words about it. */
    private void flushQuietly() {
        try {
            console.out().flush();
        } catch (IOException e) {
            // The failure at hand is the one to tell of.
        }
    }
}

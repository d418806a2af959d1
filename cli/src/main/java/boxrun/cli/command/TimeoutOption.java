package boxrun.cli.command;

import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code --timeout}. */
final class TimeoutOption {
    private TimeoutOption() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.value(
                "--timeout",
                "DURATION",
                "end the command after a time such as 30s or 5m",
                "The whole process tree is ended, with TERM and then KILL; the exit code is 124."));
    }

    static Optional<Duration> read(ParseResult parsed) {
        return DurationOption.positive(parsed, "--timeout");
    }
}

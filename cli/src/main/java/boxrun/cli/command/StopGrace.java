package boxrun.cli.command;

import boxrun.client.BoxrunClient;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code -t, --time}: how long what runs in a box may take to end by itself.
 *
 * @param longest empty leaves it to the daemon
 */
record StopGrace(Optional<Duration> longest) {
    static void addTo(CommandSpec spec) {
        spec.addOption(Options.value(
                "-t, --time",
                "DURATION",
                "how long to wait before KILL, such as 30s",
                "A bare number is seconds; 0 kills at once. Without it, what the daemon gives (5)."));
    }

    static StopGrace read(ParseResult parsed) {
        return new StopGrace(DurationOption.read(parsed, "--time"));
    }

    void stop(BoxrunClient daemon, String box) {
        if (longest.isPresent()) {
            daemon.stop(box, longest.get());
        } else {
            daemon.stop(box);
        }
    }
}

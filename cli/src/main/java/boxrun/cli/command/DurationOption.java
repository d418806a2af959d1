package boxrun.cli.command;

import boxrun.config.Durations;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** Reads options whose value is a span of time. */
final class DurationOption {
    private DurationOption() {}

    static Optional<Duration> read(ParseResult parsed, String name) {
        try {
            return Options.value(parsed, name).map(Durations::parse);
        } catch (IllegalArgumentException e) {
            throw new UsageException("bad value for " + name + ": " + e.getMessage());
        }
    }

    /** One that must not be 0. */
    static Optional<Duration> positive(ParseResult parsed, String name) {
        Optional<Duration> span = read(parsed, name);
        span.filter(Duration::isZero).ifPresent(zero -> {
            throw new UsageException("bad value for " + name + ": expected a duration above 0");
        });
        return span;
    }
}

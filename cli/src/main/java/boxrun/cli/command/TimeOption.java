package boxrun.cli.command;

import boxrun.config.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** A moment: a time with or without its zone, a day, seconds since 1970, or how long ago it was. */
final class TimeOption {
    /** For the options' descriptions. */
    static final String FORMS = "A time such as 2026-11-27T10:00:00Z, or how long ago, such as 10m.";

    private TimeOption() {}

    /** Without a zone it is this machine's time. */
    static Optional<Instant> read(ParseResult parsed, String option, Instant now, ZoneId here) {
        return Options.value(parsed, option).map(text -> moment(option, text, now, here));
    }

    private static Instant moment(String option, String text, Instant now, ZoneId here) {
        try {
            if (text.matches("\\d{10,11}(\\.\\d{1,9})?")) {
                // As date +%s and docker have it: so many seconds ago nothing of ours can have been.
                return Instant.ofEpochSecond(Long.parseLong(text.replaceFirst("\\..*", "")));
            } else if (text.matches("\\d{4}-\\d\\d-\\d\\d")) {
                return LocalDate.parse(text).atStartOfDay(here).toInstant();
            } else if (text.matches("[^T]*T.*(Z|z|[+-]\\d\\d(:?\\d\\d)?)")) {
                return OffsetDateTime.parse(text).toInstant();
            } else if (text.contains("T")) {
                return LocalDateTime.parse(text).atZone(here).toInstant();
            }
            return now.minus(Durations.parse(text));
        } catch (DateTimeException | ArithmeticException | IllegalArgumentException e) {
            throw new UsageException("bad value for " + option + ": expected a time such as 2026-11-27T10:00:00Z, or"
                    + " how long ago, such as 10m, got \"" + text + '"');
        }
    }
}

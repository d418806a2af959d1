package boxrun.cli.print;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Lengths of time for people: one unit, rounded down. */
public final class Ages {
    private Ages() {}

    /** How long ago something was, such as {@code 3 minutes ago}; the future counts as now. */
    public static String ago(Instant then, Instant now) {
        long seconds = Math.max(0, Duration.between(then, now).toSeconds());
        if (seconds < 1) {
            return "just now";
        }
        return words(seconds) + " ago";
    }

    private static String words(long seconds) {
        if (seconds < 60) {
            return count(seconds, "second");
        }
        if (seconds < 3600) {
            return count(seconds / 60, "minute");
        }
        if (seconds < 86_400) {
            return count(seconds / 3600, "hour");
        }
        long days = seconds / 86_400;
        if (days < 14) {
            return count(days, "day");
        }
        if (days < 60) {
            return count(days / 7, "week");
        }
        if (days < 730) {
            return count(days / 30, "month");
        }
        return count(days / 365, "year");
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }

    /** A short time that was measured: {@code 0.3s}, {@code 12.4s}, {@code 2m05s}. */
    public static String took(Duration duration) {
        long millis = duration.toMillis();
        return millis < 60_000
                ? String.format(Locale.ROOT, "%.1fs", millis / 1000.0)
                : String.format(Locale.ROOT, "%dm%02ds", millis / 60_000, millis / 1000 % 60);
    }
}

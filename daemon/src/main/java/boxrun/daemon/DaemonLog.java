package boxrun.daemon;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;

/** The log: one line per message on stderr, failures with their stack traces. */
final class DaemonLog {
    private DaemonLog() {}

    /** Writes messages of this level and above: {@code error}, {@code warn}, {@code info} or {@code debug}. */
    static void configure(String level) {
        String own =
                switch (level) {
                    case "error" -> "SEVERE";
                    case "warn" -> "WARNING";
                    case "debug" -> "FINE";
                    default -> "INFO";
                };
        String configuration = """
                handlers=java.util.logging.ConsoleHandler
                java.util.logging.ConsoleHandler.level=ALL
                java.util.logging.ConsoleHandler.formatter=java.util.logging.SimpleFormatter
                java.util.logging.SimpleFormatter.format=%1$tFT%1$tT.%1$tL%1$tz %4$s %3$s: %5$s%6$s%n
                .level=WARNING
                boxrun.level=OWN
                """.replace("OWN", own);
        try {
            LogManager.getLogManager()
                    .readConfiguration(new ByteArrayInputStream(configuration.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package boxrun.daemon;

import boxrun.config.Setting;
import boxrun.config.Settings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.StreamHandler;

/** The daemon's log: one line per event on stderr, which the CLI has made the log file. */
final class Logging {
    /** Held, because the log manager forgets loggers that nobody holds. */
    private static final Logger WEB_SERVER = Logger.getLogger("io.helidon");

    private Logging() {}

    static void configure(Settings settings) {
        LogManager.getLogManager().reset();
        Handler handler = new StreamHandler(System.err, new OneLine()) {
            @Override
            public synchronized void publish(LogRecord event) {
                super.publish(event);
                flush();
            }
        };
        handler.setLevel(Level.ALL);
        Logger root = Logger.getLogger("");
        root.addHandler(handler);
        root.setLevel(level(settings.text(Setting.LOG_LEVEL).orElseThrow()));
        WEB_SERVER.setLevel(Level.WARNING);
    }

    private static Level level(String word) {
        return switch (word) {
            case "error" -> Level.SEVERE;
            case "warn" -> Level.WARNING;
            case "debug" -> Level.FINE;
            default -> Level.INFO;
        };
    }

    private static final class OneLine extends Formatter {
        @Override
        public String format(LogRecord event) {
            StringBuilder line = new StringBuilder();
            line.append(event.getInstant()).append(' ').append(event.getLevel().getName());
            line.append(' ').append(formatMessage(event)).append('\n');
            if (event.getThrown() != null) {
                StringWriter trace = new StringWriter();
                event.getThrown().printStackTrace(new PrintWriter(trace));
                line.append(trace);
            }
            return line.toString();
        }
    }
}

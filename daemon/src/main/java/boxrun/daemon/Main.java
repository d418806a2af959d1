package boxrun.daemon;

import boxrun.api.ProblemException;
import boxrun.config.Settings;

/** The daemon's process: what the CLI starts. A start that fails is told on stderr, which is the log. */
public final class Main {
    /** The exit code of a boxrun that could not do its part. */
    private static final int FAILED = 125;

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        try {
            Settings settings = Settings.load();
            Logging.configure(settings);
            try (Daemon daemon = Daemon.start(settings)) {
                ready();
                daemon.serve();
            }
        } catch (ProblemException e) {
            System.err.println("boxrun daemon: " + e.message());
            e.hint().ifPresent(hint -> System.err.println("hint: " + hint));
            Runtime.getRuntime().halt(FAILED);
        }
    }

    /** The CLI waits for this line; the end of the stream lets it go even if it does not read on. */
    private static void ready() {
        System.out.println("READY");
        System.out.close();
    }
}

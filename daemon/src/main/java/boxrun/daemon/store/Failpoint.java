package boxrun.daemon.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Places where a test may let the daemon die as {@code kill -9} lets it: nothing is closed, finished or cleaned up. The
 * system property {@code boxrun.failpoint} names a file that has the name of such a place in it. Without the property,
 * which only tests set, they do nothing and cost nothing.
 */
public final class Failpoint {
    private static final @Nullable String FILE = System.getProperty("boxrun.failpoint");
    private static final int KILLED = 137;

    private Failpoint() {}

    /** Dies here, if a test wants it. */
    public static void reached(String name) {
        if (FILE != null && wanted(FILE).equals(name)) {
            Runtime.getRuntime().halt(KILLED);
        }
    }

    private static String wanted(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException notNow) {
            return "";
        }
    }
}

package boxrun.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How many files, connections included, this process may have open at most. */
public final class OpenFiles {
    private static final Path LIMITS = Path.of("/proc/self/limits");

    private OpenFiles() {}

    /** The hard limit, to which Java raises the soft one. */
    public static long limit() {
        try {
            String limit = Files.readAllLines(LIMITS).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .findFirst()
                    .map(line -> line.strip().split("\\s+", -1)[4])
                    .orElse("1024");
            return limit.equals("unlimited") ? 1L << 20 : Long.parseLong(limit);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + LIMITS, e);
        }
    }
}

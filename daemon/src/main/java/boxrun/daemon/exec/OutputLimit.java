package boxrun.daemon.exec;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How much output is kept of one command.
 *
 * @param set the bytes that a log may have; when nobody says, it depends on the disk
 */
public record OutputLimit(Optional<Long> set) {
    static final long USUAL = 8L << 30;
    /** Where the disk is small or full; what does not fit then waits for room. */
    static final long LEAST = 64L << 20;

    /** For a log in a directory, which may have something already. */
    long of(Path directory, String log) {
        return set.orElseGet(() -> usual(
                directory.resolve(log).toFile().length(), directory.toFile().getUsableSpace()));
    }

    /** One command leaves half of what is free to all others. */
    static long usual(long size, long free) {
        return Math.min(USUAL, Math.max(LEAST, size + free / 2));
    }
}

package boxrun.daemon.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tar archive of a small Debian, made by mmdebstrap from where this machine takes its packages. It takes a minute,
 * so it is made once for all runs of the tests, in the user's cache directory.
 */
public final class DebianArchive {
    private static final String SUITE = "bookworm";

    private DebianArchive() {}

    /** Where it is, after it has been made if need be. */
    public static synchronized Path get() throws IOException, InterruptedException {
        Path cache = Files.createDirectories(cache());
        Path archive = cache.resolve("debian-" + SUITE + ".tar");
        try (FileChannel lock =
                FileChannel.open(cache.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            // Runs of other checkouts share the cache.
            lock.lock();
            if (!Files.exists(archive)) {
                Path unfinished = cache.resolve("unfinished.tar");
                List<String> command = new ArrayList<>(
                        List.of("mmdebstrap", "--quiet", "--variant=minbase", SUITE, unfinished.toString()));
                packageSource().ifPresent(source -> command.add(source.toString()));
                Programs.run(command.toArray(String[]::new));
                Files.move(unfinished, archive, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        return archive;
    }

    private static Path cache() {
        return Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .filter(home -> home.startsWith("/"))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("boxrun-tests");
    }

    /** Debian's own servers, unless this machine's list names others. */
    private static Optional<Path> packageSource() {
        return List.of("/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list").stream()
                .map(Path::of)
                .filter(Files::isRegularFile)
                .findFirst();
    }
}

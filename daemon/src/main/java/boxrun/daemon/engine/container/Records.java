package boxrun.daemon.engine.container;

import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** The engine's own records of a box: whole or not there, whenever the daemon is killed. */
final class Records {
    private static final System.Logger LOG = System.getLogger(Records.class.getName());

    private Records() {}

    static void write(Path file, Object record) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".new");
        Files.write(partial, Json.WIRE.bytes(record));
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** A record that somebody has damaged counts as missing: the runtime knows too what runs. */
    static <T> Optional<T> read(Path file, Class<T> type) throws IOException {
        if (Files.isDirectory(file)) {
            LOG.log(Level.WARNING, file + " is a directory");
            return Optional.empty();
        }
        try {
            return Optional.of(Json.WIRE.decode(Files.readAllBytes(file), type));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (MalformedJsonException e) {
            LOG.log(Level.WARNING, file + " cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }
}

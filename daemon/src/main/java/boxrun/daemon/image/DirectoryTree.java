package boxrun.daemon.image;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A directory. */
final class DirectoryTree implements FileTree {
    private final Path root;

    DirectoryTree(Path root) {
        this.root = root;
    }

    @Override
    public Optional<InputStream> open(String path) throws IOException {
        Path file = root.resolve(path);
        return Files.isRegularFile(file) ? Optional.of(Files.newInputStream(file)) : Optional.empty();
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}

package boxrun.daemon.image;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Files below some root, by relative path: a directory, or the inside of a tar archive. */
interface FileTree extends Closeable {

    /** The content of a regular file; empty when there is no such file. */
    Optional<InputStream> open(String path) throws IOException;

    /**
     * The content of a small file.
     *
     * @throws LayerException when it is missing or larger than {@code limit} bytes
     */
    default byte[] read(String path, int limit) throws IOException {
        try (InputStream in = open(path).orElseThrow(() -> new LayerException("it has no " + path))) {
            byte[] content = in.readNBytes(limit + 1);
            if (content.length > limit) {
                throw new LayerException("its " + path + " is longer than " + limit + " bytes");
            }
            return content;
        }
    }
}

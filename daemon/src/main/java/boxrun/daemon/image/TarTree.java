package boxrun.daemon.image;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The inside of a tar archive: its headers are read once, and then each file is read from its place. A compressed
 * archive is decompressed into a temporary file first. Links among the files are followed, as archives of docker have
 * them.
 */
final class TarTree implements FileTree {
    private static final int MAX_FILES = 100_000;
    private static final int MAX_LINKS = 8;

    private sealed interface Place {
        record Content(long offset, long size) implements Place {}

        record Link(String target) implements Place {}
    }

    private final FileChannel file;
    private final Map<String, Place> places = new HashMap<>();

    private TarTree(FileChannel file) {
        this.file = file;
    }

    /**
     * Opens an archive.
     *
     * @param temporary a directory for what has to be decompressed; the file in it is gone when the tree is closed
     * @throws LayerException when it is no tar archive, or a damaged one
     */
    static TarTree open(Path archive, Path temporary, LayerLimits limits) throws IOException {
        FileChannel file = FileChannel.open(archive, StandardOpenOption.READ);
        try {
            if (isCompressed(file)) {
                FileChannel plain = decompressed(file, temporary, limits);
                file.close();
                file = plain;
            }
            TarTree tree = new TarTree(file);
            tree.scan();
            return tree;
        } catch (EOFException | ZipException e) {
            file.close();
            throw LayerException.damaged("it is damaged or cut off: " + e.getMessage());
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static boolean isCompressed(FileChannel file) throws IOException {
        ByteBuffer magic = ByteBuffer.allocate(2);
        file.read(magic, 0);
        int first = magic.get(0) & 0xff;
        int second = magic.get(1) & 0xff;
        boolean gzip = first == 0x1f && second == 0x8b;
        boolean zstd = first == 0x28 && second == 0xb5;
        return gzip || zstd;
    }

    /** The file has no name any more, so that it cannot be left behind. */
    private static FileChannel decompressed(FileChannel file, Path temporary, LayerLimits limits) throws IOException {
        Path path = Files.createTempFile(temporary, "archive-", ".tar");
        try (InputStream in = Decompression.of(new Part(file, 0, file.size()));
                OutputStream out = Files.newOutputStream(path)) {
            byte[] buffer = new byte[1 << 17];
            long total = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                total += count;
                if (total > limits.bytes()) {
                    throw new LayerException("it is larger than " + limits.bytes() + " bytes when decompressed");
                }
                out.write(buffer, 0, count);
            }
            return FileChannel.open(path, StandardOpenOption.READ);
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private void scan() throws IOException {
        Part whole = new Part(file, 0, file.size());
        TarGuard guard = new TarGuard(whole, Long.MAX_VALUE);
        TarArchiveInputStream tar = new TarArchiveInputStream(guard, StandardCharsets.UTF_8.name());
        try {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (!entry.isCheckSumOK()) {
                    throw LayerException.damaged("it is not a tar archive, or a damaged one");
                }
                if (places.size() >= MAX_FILES) {
                    throw new LayerException("it has more than " + MAX_FILES + " files");
                }
                add(entry, whole.position());
            }
        } catch (IOException e) {
            throw guard.explain(e);
        } catch (IllegalArgumentException e) {
            throw LayerException.damaged("it is not a tar archive, or a damaged one");
        }
    }

    private void add(TarArchiveEntry entry, long offset) throws IOException {
        String name = normal(entry.getName());
        if (entry.isSymbolicLink()) {
            int slash = name.lastIndexOf('/');
            places.put(name, new Place.Link(normal(name.substring(0, slash + 1) + entry.getLinkName())));
        } else if (entry.isLink()) {
            places.put(name, new Place.Link(normal(entry.getLinkName())));
        } else if (entry.isFile() && !entry.isSparse()) {
            if (offset + entry.getSize() > file.size()) {
                throw LayerException.damaged("it is cut off in the middle of " + name);
            }
            places.put(name, new Place.Content(offset, entry.getSize()));
        }
    }

    /** Only a name to look up: nothing outside the archive can be reached by it. */
    private static String normal(String name) {
        Path path = Path.of("/").resolve(name.replace('\0', '?')).normalize();
        return path.toString().substring(1);
    }

    @Override
    public Optional<InputStream> open(String path) throws IOException {
        String name = normal(path);
        for (int links = 0; links < MAX_LINKS; links++) {
            switch (places.get(name)) {
                case null -> {
                    return Optional.empty();
                }
                case Place.Link(String target) -> name = target;
                case Place.Content(long offset, long size) -> {
                    return Optional.of(new BufferedInputStream(new Part(file, offset, offset + size)));
                }
            }
        }
        throw new LayerException("its links lead in a circle");
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** A part of a file as a stream; several can be read at once. */
    private static final class Part extends InputStream {
        private final FileChannel file;
        private final long end;
        private long at;

        Part(FileChannel file, long start, long end) {
            this.file = file;
            this.at = start;
            this.end = end;
        }

        long position() {
            return at;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (at >= end) {
                return length == 0 ? 0 : -1;
            }
            int count = file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, end - at)), at);
            at += Math.max(count, 0);
            return count;
        }

        @Override
        public long skip(long count) {
            long skipped = Math.clamp(count, 0L, end - at);
            at += skipped;
            return skipped;
        }
    }
}

package boxrun.cli.copy;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A directory held by its descriptor: what is done in it is done there, wherever it is moved to and whatever takes its
 * place. Names are single components, and links are never followed.
 */
final class OpenDirectory implements Closeable {
    /** What a file's time can be on every file system. */
    private static final long LATEST = 1L << 32;

    private final SecureDirectoryStream<Path> stream;

    private OpenDirectory(DirectoryStream<Path> stream) {
        // On Linux there is no other kind.
        this.stream = (SecureDirectoryStream<Path>) stream;
    }

    /** Opens the directory that a path leads to, links followed. */
    @SuppressWarnings("StreamResourceLeak") // it is closed with what is returned
    static OpenDirectory at(Path path) throws IOException {
        return new OpenDirectory(Files.newDirectoryStream(path));
    }

    OpenDirectory open(Path name) throws IOException {
        return new OpenDirectory(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS));
    }

    Optional<BasicFileAttributes> attributes(Path name) throws IOException {
        try {
            return Optional.of(view(name).readAttributes());
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    private PosixFileAttributeView view(Path name) {
        return stream.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** What tells the regular file of a name from all others; nothing when there is none. */
    Optional<Object> file(Path name) throws IOException {
        return attributes(name).filter(BasicFileAttributes::isRegularFile).map(BasicFileAttributes::fileKey);
    }

    /** Removes a file or link; a directory is in the way. */
    void clear(Path name) throws IOException {
        Optional<BasicFileAttributes> there = attributes(name);
        if (there.isPresent() && there.get().isDirectory()) {
            throw new FileSystemException(name.toString(), null, "is a directory here, and none in the box");
        }
        if (there.isPresent()) {
            stream.deleteFile(name);
        }
    }

    /** Makes a file that only its owner can open. */
    SeekableByteChannel create(Path name) throws IOException {
        return stream.newByteChannel(
                name,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    SeekableByteChannel read(Path name) throws IOException {
        return stream.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }

    /** Takes what has another name in another directory. */
    void take(OpenDirectory from, Path other, Path name) throws IOException {
        from.stream.move(other, stream, name);
    }

    void deleteFile(Path name) throws IOException {
        stream.deleteFile(name);
    }

    void deleteDirectory(Path name) throws IOException {
        stream.deleteDirectory(name);
    }

    /** Sets the time and the permissions of a file or directory; set-user-id bits and the like are dropped. */
    void finish(Path name, int mode, long modified) throws IOException {
        PosixFileAttributeView view = view(name);
        view.setTimes(FileTime.from(Math.clamp(modified, 0, LATEST), TimeUnit.SECONDS), null, null);
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values();
        for (int bit = 0; bit < all.length; bit++) {
            // Their order is that of the bits, the owner's read first.
            if ((mode & (0400 >> bit)) != 0) {
                permissions.add(all[bit]);
            }
        }
        view.setPermissions(permissions);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}

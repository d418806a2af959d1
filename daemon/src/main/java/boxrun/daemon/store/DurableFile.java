package boxrun.daemon.store;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A small file that is whole at every moment: whoever reads it after a crash sees the old content or the new one. When
 * {@link #write} has returned, the new content survives a loss of power.
 *
 * <p>Failures are {@link ProblemException} {@code RUNTIME_ERROR} that name the file and the system's reason.
 */
public record DurableFile(Path path) {
    private static final String LEFTOVER = ".tmp";
    private static final AtomicLong COUNTER = new AtomicLong();

    /** Replaces the content; two writers at once leave the content of one of them. */
    public void write(byte[] content) {
        Path temporary = path.resolveSibling("." + path.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + COUNTER.incrementAndGet() + LEFTOVER);
        try {
            try (FileChannel file =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    file.write(bytes);
                }
                file.force(true);
            }
            Failpoint.reached("record.written");
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncDirectory();
        } catch (IOException e) {
            ProblemException problem = failure("write", path, e);
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException leftBehind) {
                problem.addSuppressed(leftBehind);
            }
            throw problem;
        }
    }

    /** The content, empty when there is no such file. */
    public Optional<byte[]> read() {
        try {
            return Optional.of(Files.readAllBytes(path));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("read", path, e);
        }
    }

    /** Removes the file, if it is there, for good. */
    public void remove() {
        try {
            if (Files.deleteIfExists(path)) {
                syncDirectory();
            }
        } catch (IOException e) {
            throw failure("remove", path, e);
        }
    }

    /** Removes what writers that were killed midway left in a directory. No writer may be at work in it. */
    public static void sweep(Path directory) {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, ".*" + LEFTOVER)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        } catch (NoSuchFileException nothingThere) {
            return;
        } catch (IOException e) {
            throw failure("sweep", directory, e);
        }
    }

    /** A rename is on the disk only when the directory is. */
    private void syncDirectory() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
                entries.force(true);
            }
        }
    }

    static ProblemException failure(String action, Path path, IOException cause) {
        return new ProblemException(
                        ErrorCode.RUNTIME_ERROR, "cannot " + action + " " + path + ": " + reason(path, cause))
                .because(cause);
    }

    /** The system's words without the path that Java puts before them. */
    private static String reason(Path path, IOException cause) {
        String message = cause.getMessage();
        if (message == null || message.equals(path.toString())) {
            return cause.getClass().getSimpleName();
        }
        int separator = message.lastIndexOf(": ");
        return separator < 0 ? message : message.substring(separator + 2);
    }
}

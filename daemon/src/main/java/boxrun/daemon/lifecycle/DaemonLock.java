package boxrun.daemon.lifecycle;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.config.Reasons;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What only one daemon of a state directory has. The kernel gives it back when the process ends, however it ends; the
 * file, which holds the owner's process id, stays.
 *
 * <p>POSIX locks belong to a process and go when it closes any descriptor of the file: nothing else in the daemon may
 * open it.
 */
public final class DaemonLock implements AutoCloseable {
    /** A client that looks whether the lock is held has it for an instant. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final Duration TRY_AGAIN = Duration.ofMillis(20);

    private final FileChannel file;

    private DaemonLock(FileChannel file) {
        this.file = file;
    }

    /**
     * Takes the lock of a prepared state directory.
     *
     * @throws ProblemException when another daemon has it; the message names its process
     */
    public static DaemonLock acquire(Home home) {
        try {
            FileChannel file = FileChannel.open(
                    home.daemonLock(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!lock(file)) {
                ProblemException taken = taken(home, file);
                file.close();
                throw taken;
            }
            file.truncate(0);
            file.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
            return new DaemonLock(file);
        } catch (IOException e) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR, "cannot lock " + home.daemonLock() + ": " + Reasons.of(e))
                    .because(e);
        }
    }

    private static boolean lock(FileChannel file) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            if (tryLock(file) != null) {
                return true;
            }
            if (System.nanoTime() > deadline) {
                return false;
            }
            try {
                Thread.sleep(TRY_AGAIN);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    private static ProblemException taken(Home home, FileChannel file) throws IOException {
        ByteBuffer owner = ByteBuffer.allocate(20);
        file.read(owner, 0);
        String pid = new String(owner.array(), 0, owner.position(), StandardCharsets.US_ASCII).strip();
        return new ProblemException(
                        ErrorCode.RUNTIME_ERROR,
                        "another daemon" + (pid.isEmpty() ? "" : " (pid " + pid + ")") + " serves " + home.root())
                .hint("stop it with: boxrun daemon stop");
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException ignored) {
            // The end of the process closes it.
        }
    }
}

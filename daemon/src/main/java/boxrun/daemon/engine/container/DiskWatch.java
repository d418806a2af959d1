package boxrun.daemon.engine.container;

import boxrun.daemon.launcher.LaunchFailure;
import boxrun.daemon.launcher.Launcher;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Ends commands that take more than the disk of their box where the kernel cannot refuse it: a process of the launcher
 * for each box, which ends with the box and not with the daemon. It keeps a file locked, which gets longer with each
 * time that it ends commands.
 */
final class DiskWatch {
    private static final String TRIED = "watch the disk of the box";
    private static final Duration END_WITHIN = Duration.ofSeconds(10);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(1);
    private static final Path NULL = Path.of("/dev/null");

    private final Launcher launcher;

    /** How much is let through, written beside the disk. */
    record Limit(long bytes) {}

    DiskWatch(Launcher launcher) {
        this.launcher = launcher;
    }

    /** Says how much a box may take, before it is started. */
    static void limit(BoxDirectory box, int gigabytes) throws IOException {
        Records.write(box.diskLimit(), new Limit((long) gigabytes << 30));
    }

    /** Watches a box that runs, if it has a limit of this kind; when somebody does already, nothing happens. */
    void start(BoxDirectory box, ProcessIdentity process) throws IOException {
        Optional<Limit> limit = Records.read(box.diskLimit(), Limit.class);
        if (limit.isEmpty()) {
            return;
        }
        List<String> arguments = List.of(
                Long.toString(process.pid()),
                name(box.disk()),
                Long.toString(limit.get().bytes()),
                name(box.diskEnds()));
        Process watch = new ProcessBuilder(launcher.command("watch", arguments))
                .directory(box.engine().toFile())
                .redirectInput(NULL.toFile())
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.appendTo(box.messages().toFile()))
                .start();
        try {
            int code = watch.waitFor();
            if (code != 0) {
                throw LaunchFailure.problem(TRIED, code, Files.readString(box.messages()));
            }
        } catch (InterruptedException e) {
            throw Commands.interrupted(TRIED, e);
        }
    }

    private static String name(Path path) {
        return String.valueOf(path.getFileName());
    }

    /** How often commands of a box were ended since it was made. */
    static long ends(BoxDirectory box) {
        // 0 where there is no such file, as for each box whose disk the kernel limits: asked for with each command.
        return box.diskEnds().toFile().length();
    }

    /** Waits until nobody watches a box that has ended: that takes a moment. */
    static void awaitEnd(BoxDirectory box) throws IOException, InterruptedException {
        try (FileChannel file = FileChannel.open(box.diskEnds(), StandardOpenOption.WRITE)) {
            long deadline = System.nanoTime() + END_WITHIN.toNanos();
            while (file.tryLock() == null) {
                if (System.nanoTime() > deadline) {
                    throw new IOException("its disk is still watched, so some of its processes are left");
                }
                Thread.sleep(LOOK_AGAIN);
            }
        } catch (NoSuchFileException neverWatched) {
            return;
        }
    }
}

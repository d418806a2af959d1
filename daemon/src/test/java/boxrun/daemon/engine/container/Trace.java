package boxrun.daemon.engine.container;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import boxrun.daemon.engine.BoxId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the host shows of a box: processes, mounts, loop devices, control groups, files. */
public final class Trace {
    private Trace() {}

    static Running of(Path state, BoxId box) {
        try {
            return Records.read(state.resolve("boxes/" + box + "/engine/running.json"), Running.class)
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until nothing is left, since the kernel frees loop devices and namespaces a little later; the test's
     * timeout is the limit.
     */
    public static void assertNone(Path state, BoxId box) {
        assertLeft(state, box, List.of());
    }

    /** Waits until nothing but its directory is left. */
    public static void assertOnlyItsDirectory(Path state, BoxId box) {
        assertLeft(state, box, List.of("its directory"));
    }

    private static void assertLeft(Path state, BoxId box, List<String> expected) {
        List<String> left = left(state, box);
        for (int i = 0; i < 1000 && !left.equals(expected); i++) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
            left = left(state, box);
        }
        if (!left.equals(expected)) {
            throw new AssertionError("left of " + box + ": " + left);
        }
    }

    static List<String> left(Path state, BoxId box) {
        List<String> left = new ArrayList<>();
        if (Files.exists(state.resolve("boxes").resolve(box.value()))) {
            left.add("its directory");
        }
        each("/proc", "[0-9]*", process -> {
            if (!ProcessIdentity.of(Long.parseLong("" + process.getFileName())).isPresent()) {
                return;
            }
            for (String file : List.of("cmdline", "cgroup", "mountinfo")) {
                if (text(process.resolve(file)).contains(box.value())) {
                    left.add(file + " of process "
                            + text(process.resolve("comm")).strip() + " " + process.getFileName());
                }
            }
        });
        each("/sys/block", "loop*", device -> {
            if (text(device.resolve("loop/backing_file")).contains(box.value())) {
                left.add("loop device " + device.getFileName());
            }
        });
        each("/sys/fs/cgroup", "*", hierarchy -> {
            if (Files.exists(hierarchy.resolve("boxrun").resolve(box.value()))) {
                left.add("control group in " + hierarchy);
            }
        });
        return left;
    }

    /** Whether a process is one of a box's, or works for it. */
    static boolean belongsTo(long pid, BoxId box) {
        Path process = Path.of("/proc", Long.toString(pid));
        return text(process.resolve("cmdline")).contains(box.value())
                || text(process.resolve("cgroup")).contains(box.value());
    }

    static boolean cleansUp(long pid) {
        String words = text(Path.of("/proc", Long.toString(pid), "cmdline"));
        return words.contains("\0remove\0") || words.contains("\0delete\0");
    }

    private interface Look {
        void at(Path path);
    }

    private static void each(String directory, String glob, Look look) {
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(Path.of(directory), glob)) {
            paths.forEach(look::at);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}

package boxrun.daemon.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Processes of the host that carry a mark in their environment, children of children included. */
final class HostProcesses {
    private HostProcesses() {}

    /** The living processes with {@code mark} ({@code NAME=value}) in their environment. */
    static List<Long> marked(String mark) {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (("\0" + environment(process)).contains("\0" + mark + "\0")) {
                    found.add(Long.valueOf("" + process.getFileName()));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return found;
    }

    /** Empty for a process that is gone. */
    private static String environment(Path process) {
        try {
            return Files.readString(process.resolve("environ"), ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    static void end(String mark, Duration grace) {
        for (long pid : marked(mark)) {
            kill("-TERM", "" + pid);
        }
        long deadline = System.nanoTime() + grace.toNanos();
        while (!marked(mark).isEmpty()) {
            if (System.nanoTime() >= deadline) {
                for (long pid : marked(mark)) {
                    kill("-KILL", "" + pid);
                }
            }
            pause();
        }
    }

    static void kill(String signal, String target) {
        try {
            new ProcessBuilder("/bin/kill", signal, "--", target)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static void deleteTree(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var paths = Files.walk(tree)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }
}

package boxrun.cli.connect;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Home;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Starts the daemon in a session of its own, so that no Ctrl-C and no closed terminal of ours reaches it, and waits
 * until it says READY on its stdout. Its stderr is the log.
 */
final class DaemonStart {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final long MAX_LOG_BYTES = 8 << 20;

    private final Home home;
    private final DaemonCommand command;

    DaemonStart(Home home, DaemonCommand command) {
        this.home = home;
        this.command = command;
    }

    void start() {
        try {
            rotate();
            LogTail tail = LogTail.from(home.daemonLog());
            awaitReady(spawn(), tail);
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot start the daemon: " + e.getMessage())
                    .because(e);
        }
    }

    private void rotate() throws IOException {
        if (Files.exists(home.daemonLog()) && Files.size(home.daemonLog()) > MAX_LOG_BYTES) {
            Files.move(
                    home.daemonLog(),
                    home.daemonLog().resolveSibling(home.daemonLog().getFileName() + ".old"),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Process spawn() throws IOException {
        List<String> words = new ArrayList<>(List.of("setsid"));
        words.addAll(command.words());
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.appendTo(home.daemonLog().toFile()));
        builder.environment().putAll(command.environment());
        return builder.start();
    }

    private void awaitReady(Process daemon, LogTail tail) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        Thread watch = Thread.ofPlatform().daemon().name("start deadline").start(() -> {
            try {
                Thread.sleep(READY_WITHIN);
                late.set(true);
                daemon.destroyForcibly();
            } catch (InterruptedException started) {
                Thread.currentThread().interrupt();
            }
        });
        try (BufferedReader out = daemon.inputReader()) {
            if (!"READY".equals(out.readLine())) {
                throw failed(daemon, late.get(), tail);
            }
        } finally {
            watch.interrupt();
        }
    }

    private ProblemException failed(Process daemon, boolean late, LogTail tail) {
        String how = late ? "it was not ready within " + READY_WITHIN.toSeconds() + " s" : end(daemon);
        String words = tail.read();
        return new ProblemException(
                        ErrorCode.RUNTIME_ERROR,
                        "the daemon did not start: "
                                + (words.isEmpty()
                                        ? how
                                        : how + ", saying:\n" + words.indent(2).stripTrailing()))
                .hint("its log is " + home.daemonLog());
    }

    private static String end(Process daemon) {
        try {
            if (!daemon.waitFor(5, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
                return "it closed its stdout without being ready";
            }
            return "it ended with exit code " + daemon.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "it closed its stdout without being ready";
        }
    }
}

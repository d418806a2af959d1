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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Starts the daemon in a session of its own, so that no Ctrl-C and no closed terminal of ours reaches it, and waits
 * until it says READY on its stdout. Its stderr is the log.
 */
final class DaemonStart {
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);
    private static final long MAX_LOG_BYTES = 8 << 20;

    /**
     * Nothing that we started goes on when the daemon is ready. A process of ours that did would have a thread waiting
     * in the kernel for its end, and a JVM with such a thread takes 300 ms longer to end itself.
     */
    private static final String FIRST_WORD = "setsid --fork \"$@\" | head -n 1";

    /** Why there is no daemon; late when it had not ended, so that another attempt would be no better. */
    private record Failure(boolean late, ProblemException problem) {}

    private final Home home;
    private final DaemonCommand command;
    private final Supplier<UserScope> scope;

    DaemonStart(Home home, DaemonCommand command, Supplier<UserScope> scope) {
        this.home = home;
        this.command = command;
        this.scope = scope;
    }

    void start() {
        try {
            rotate();
            if (!startsWithin(scope.get())) {
                raise(start(List.of(), Map.of()));
            }
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

    /** A scope that cannot be made is no reason to have no daemon: without one, some limits cannot be kept. */
    private boolean startsWithin(UserScope wanted) {
        List<String> words = wanted.words();
        if (words.isEmpty()) {
            return false;
        }
        try {
            Optional<Failure> failure = start(words, wanted.environment());
            raise(failure.filter(Failure::late));
            return failure.isEmpty();
        } catch (IOException noSuchProgram) {
            return false;
        }
    }

    private static void raise(Optional<Failure> failure) {
        if (failure.isPresent()) {
            throw failure.get().problem();
        }
    }

    private Optional<Failure> start(List<String> before, Map<String, String> more) throws IOException {
        LogTail tail = LogTail.from(home.daemonLog());
        return awaitReady(spawn(before, more), tail);
    }

    private Process spawn(List<String> before, Map<String, String> more) throws IOException {
        List<String> words = new ArrayList<>(before);
        words.addAll(List.of("sh", "-c", FIRST_WORD, "boxrun"));
        words.addAll(command.words());
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(new File("/"))
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.appendTo(home.daemonLog().toFile()));
        builder.environment().putAll(command.environment());
        builder.environment().putAll(more);
        return builder.start();
    }

    private Optional<Failure> awaitReady(Process starter, LogTail tail) throws IOException {
        AtomicBoolean late = new AtomicBoolean();
        Thread watch = Thread.ofPlatform().daemon().name("start deadline").start(() -> {
            try {
                Thread.sleep(READY_WITHIN);
                late.set(true);
                starter.descendants().forEach(ProcessHandle::destroyForcibly);
                starter.destroyForcibly();
            } catch (InterruptedException started) {
                Thread.currentThread().interrupt();
            }
        });
        try (BufferedReader out = starter.inputReader()) {
            boolean ready = "READY".equals(out.readLine());
            return ready ? Optional.empty() : Optional.of(new Failure(late.get(), problem(late.get(), tail)));
        } finally {
            watch.interrupt();
        }
    }

    private ProblemException problem(boolean late, LogTail tail) {
        String how =
                late ? "it was not ready within " + READY_WITHIN.toSeconds() + " s" : "it ended before it was ready";
        String words = tail.read();
        return new ProblemException(
                        ErrorCode.RUNTIME_ERROR,
                        "the daemon did not start: "
                                + (words.isEmpty()
                                        ? how
                                        : how + ", saying:\n" + words.indent(2).stripTrailing()))
                .hint("its log is " + home.daemonLog());
    }
}

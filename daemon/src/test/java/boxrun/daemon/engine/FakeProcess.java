package boxrun.daemon.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.Stream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A command of a {@link FakeEngine}: a process of the host, its output held until somebody takes it. */
final class FakeProcess implements EngineProcess {
    static final String BOX = "BOXRUN_FAKE_BOX";
    private static final String COMMAND = "BOXRUN_FAKE_COMMAND";
    private static final int WINDOW = 64 * 1024;
    private static final int END_ATTEMPTS = 200;
    private static final int END_PAUSE_MS = 100;

    private final Path root;
    private final String box;
    private final String id;
    private final ProcessSpec spec;
    private final Map<Stream, Held> held = new EnumMap<>(Stream.class);
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable Process process;
    private @Nullable ProcessOutput output;
    private int taker;
    private @Nullable ProcessEnd end;

    /** The bytes of a stream that nobody has taken yet. */
    private static final class Held {
        long offset;
        byte[] bytes = new byte[0];
    }

    FakeProcess(Path root, String box, String id, ProcessSpec spec, ProcessOutput output) {
        this.root = root;
        this.box = box;
        this.id = id;
        this.spec = spec;
        this.output = output;
        for (Stream stream : Stream.values()) {
            held.put(stream, new Held());
        }
    }

    void start() {
        if (spec.makeWorkdir()) {
            workdir().toFile().mkdirs();
        }
        Optional<ProcessEnd> refusal = refusal();
        if (refusal.isPresent()) {
            finish(refusal.get());
        } else {
            launch();
        }
        deliver();
    }

    private void launch() {
        ProcessBuilder builder = new ProcessBuilder(argv()).directory(workdir().toFile());
        builder.environment().clear();
        builder.environment().putAll(spec.env());
        builder.environment().put(BOX, box);
        builder.environment().put(COMMAND, box + id);
        if (!spec.stdin()) {
            builder.redirectInput(Path.of("/dev/null").toFile());
        }
        try {
            Process started = builder.start();
            process = started;
            List<Thread> readers = new ArrayList<>();
            readers.add(Thread.ofVirtual().start(() -> read(Stream.STDOUT, started.getInputStream())));
            readers.add(Thread.ofVirtual().start(() -> read(Stream.STDERR, started.getErrorStream())));
            Thread.ofVirtual().start(() -> awaitExit(started, readers));
        } catch (IOException e) {
            finish(new ProcessEnd.NotStarted(126, "cannot start " + spec.argv().getFirst() + ": " + e.getMessage()));
        }
    }

    private List<String> argv() {
        // Who started the tests may ignore signals, as a shell does for what it runs in the background.
        List<String> argv = new ArrayList<>(List.of("/usr/bin/env", "--default-signal", "/usr/bin/setsid"));
        if (spec.terminal().isPresent()) {
            TerminalSize size = spec.terminal().get();
            StringBuilder command = new StringBuilder(
                    "tty > ../tty-" + id + "; stty cols " + size.columns() + " rows " + size.rows() + "; exec");
            spec.argv()
                    .forEach(word -> command.append(" '")
                            .append(word.replace("'", "'\\''"))
                            .append("'"));
            argv.addAll(List.of("/usr/bin/script", "-q", "-e", "-E", "never", "-c", command.toString(), "/dev/null"));
        } else {
            argv.addAll(spec.argv());
        }
        return argv;
    }

    private Path workdir() {
        return root.resolve(spec.workdir().substring(1));
    }

    private Optional<ProcessEnd> refusal() {
        String program = spec.argv().getFirst();
        if (!Files.isDirectory(workdir())) {
            return Optional.of(
                    new ProcessEnd.NotStarted(125, "cannot enter " + spec.workdir() + ": no such directory"));
        }
        List<Path> candidates = program.contains("/")
                ? List.of(workdir().resolve(program))
                : Arrays.stream(spec.env().getOrDefault("PATH", "").split(":", -1))
                        .map(directory -> Path.of(directory, program))
                        .toList();
        List<Path> present = candidates.stream().filter(Files::exists).toList();
        if (present.isEmpty()) {
            return Optional.of(new ProcessEnd.NotStarted(127, "cannot find " + program));
        }
        return present.stream().anyMatch(Files::isExecutable)
                ? Optional.empty()
                : Optional.of(new ProcessEnd.NotStarted(126, "cannot execute " + program + ": permission denied"));
    }

    private void read(Stream stream, InputStream source) {
        byte[] buffer = new byte[8192];
        try {
            for (int count = source.read(buffer); count >= 0; count = source.read(buffer)) {
                hold(stream, Arrays.copyOf(buffer, count));
            }
        } catch (IOException closed) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void hold(Stream stream, byte[] data) throws InterruptedException {
        Held kept = held(stream);
        while (kept.bytes.length >= WINDOW) {
            wait();
        }
        byte[] joined = Arrays.copyOf(kept.bytes, kept.bytes.length + data.length);
        System.arraycopy(data, 0, joined, kept.bytes.length, data.length);
        kept.bytes = joined;
        notifyAll();
    }

    private void awaitExit(Process started, List<Thread> readers) {
        try {
            int code = started.waitFor();
            long grace = 300;
            for (Thread reader : readers) {
                // While the window is full the reader waits for a taker, not for the pipe.
                while (!reader.join(Duration.ofMillis(grace)) && windowFull()) {}
            }
            int signal = code - 128;
            finish(signal > 0 && signal < 32 ? new ProcessEnd.Signaled(signal, false) : new ProcessEnd.Exited(code));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean windowFull() {
        return held.values().stream().anyMatch(kept -> kept.bytes.length > 0);
    }

    private synchronized void finish(ProcessEnd reached) {
        end = reached;
        over.countDown();
        notifyAll();
    }

    synchronized void attach(ProcessOutput newOutput, long stdout, long stderr) {
        output = newOutput;
        taken(Stream.STDOUT, stdout);
        taken(Stream.STDERR, stderr);
        deliver();
    }

    synchronized void detach() {
        output = null;
        taker++;
    }

    private synchronized void deliver() {
        int me = ++taker;
        Thread.ofVirtual().start(() -> {
            try {
                while (deliverNext(me)) {}
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private boolean deliverNext(int me) throws InterruptedException {
        Stream stream;
        long offset;
        byte[] data;
        ProcessOutput to;
        synchronized (this) {
            while (me == taker && end == null && !windowFull()) {
                wait();
            }
            to = output;
            if (me != taker || to == null) {
                return false;
            }
            stream = held(Stream.STDOUT).bytes.length > 0 ? Stream.STDOUT : Stream.STDERR;
            offset = held(stream).offset;
            data = held(stream).bytes;
        }
        if (data.length == 0) {
            to.ended(java.util.Objects.requireNonNull(end));
            return false;
        }
        to.bytes(stream, offset, data);
        synchronized (this) {
            if (me != taker) {
                return false;
            }
            taken(stream, offset + data.length);
            return true;
        }
    }

    private synchronized void taken(Stream stream, long upTo) {
        Held kept = held(stream);
        int count = (int) Math.max(0, upTo - kept.offset);
        kept.bytes = Arrays.copyOfRange(kept.bytes, Math.min(count, kept.bytes.length), kept.bytes.length);
        kept.offset += count;
        notifyAll();
    }

    private Held held(Stream stream) {
        return java.util.Objects.requireNonNull(held.get(stream));
    }

    /**
     * Waits for the process to be over, not for its output to be taken.
     *
     * @param endAgain is done while it is not: in the middle of execve a process has no environment to be found by
     */
    void awaitEnd(Runnable endAgain) {
        try {
            for (int attempt = 0; attempt < END_ATTEMPTS; attempt++) {
                if (over.await(END_PAUSE_MS, TimeUnit.MILLISECONDS)) {
                    return;
                }
                endAgain.run();
            }
            throw new IllegalStateException("the processes of " + id + " do not end");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public OutputStream stdin() {
        Process started = process;
        if (started == null || !spec.stdin()) {
            return OutputStream.nullOutputStream();
        }
        return started.getOutputStream();
    }

    @Override
    public void signal(int number) {
        Process started = process;
        if (started != null && started.isAlive()) {
            HostProcesses.kill("-" + number, "-" + started.pid());
        }
    }

    @Override
    public void resize(TerminalSize size) {
        Path tty = workdir().resolveSibling("tty-" + id);
        try {
            new ProcessBuilder(
                            "stty",
                            "-F",
                            Files.readString(tty, UTF_8).strip(),
                            "cols",
                            "" + size.columns(),
                            "rows",
                            "" + size.rows())
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void end(Duration grace) {
        HostProcesses.end(COMMAND + "=" + box + id, grace);
    }
}

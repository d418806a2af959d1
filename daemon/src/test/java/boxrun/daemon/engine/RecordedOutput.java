package boxrun.daemon.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.Stream;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;

/** Keeps what a command writes, checks that its pieces follow on each other, and waits for what a test expects. */
public final class RecordedOutput implements ProcessOutput {
    private final Map<Stream, ByteArrayOutputStream> written = new EnumMap<>(Stream.class);
    private final Map<Stream, Long> offsets = new EnumMap<>(Stream.class);
    private final List<String> wrong = new ArrayList<>();
    private Optional<ProcessEnd> end = Optional.empty();
    private final CountDownLatch open;

    public RecordedOutput() {
        this(0, 0, new CountDownLatch(0));
    }

    private RecordedOutput(long stdoutOffset, long stderrOffset, CountDownLatch open) {
        for (Stream stream : Stream.values()) {
            written.put(stream, new ByteArrayOutputStream());
        }
        offsets.put(Stream.STDOUT, stdoutOffset);
        offsets.put(Stream.STDERR, stderrOffset);
        this.open = open;
    }

    /** Expects the first bytes at these offsets. */
    public static RecordedOutput from(long stdoutOffset, long stderrOffset) {
        return new RecordedOutput(stdoutOffset, stderrOffset, new CountDownLatch(0));
    }

    /** Does not return from {@link #bytes} before {@code open} is counted down. */
    public static RecordedOutput blockedUntil(CountDownLatch open) {
        return new RecordedOutput(0, 0, open);
    }

    @Override
    public void bytes(Stream stream, long offset, byte[] data) {
        synchronized (this) {
            long expected = offset(stream);
            if (offset != expected) {
                wrong.add(stream + " continues at " + offset + " instead of " + expected);
            }
            if (end.isPresent()) {
                wrong.add("output after the end");
            }
            offsets.put(stream, offset + data.length);
            bytesOf(stream).writeBytes(data);
            notifyAll();
        }
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void ended(ProcessEnd reached) {
        if (end.isPresent()) {
            wrong.add("ended twice: " + end + " and " + reached);
        }
        end = Optional.of(reached);
        notifyAll();
    }

    /** Waits for the end; the test's timeout is the limit. */
    public synchronized ProcessEnd awaitEnd() throws InterruptedException {
        while (end.isEmpty()) {
            wait();
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError(String.join("; ", wrong));
        }
        return end.get();
    }

    /** Waits until what was written to stdout so far satisfies a condition. */
    public synchronized void awaitStdout(Predicate<String> condition) throws InterruptedException {
        while (!condition.test(stdout())) {
            if (end.isPresent()) {
                throw new AssertionError("ended with " + end.get() + " after " + stdout() + stderr());
            }
            wait();
        }
    }

    public synchronized String stdout() {
        return bytesOf(Stream.STDOUT).toString(UTF_8);
    }

    public synchronized String stderr() {
        return bytesOf(Stream.STDERR).toString(UTF_8);
    }

    public synchronized byte[] stdoutBytes() {
        return bytesOf(Stream.STDOUT).toByteArray();
    }

    public synchronized long offset(Stream stream) {
        return offsets.getOrDefault(stream, 0L);
    }

    private ByteArrayOutputStream bytesOf(Stream stream) {
        return written.computeIfAbsent(stream, _ -> new ByteArrayOutputStream());
    }
}

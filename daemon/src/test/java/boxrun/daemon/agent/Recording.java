package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Stream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A listener that keeps what a command writes, and checks that it comes without a gap and only once. */
final class Recording implements CommandListener {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
    private final CompletableFuture<CommandEnd> end = new CompletableFuture<>();
    private final long stdoutStart;
    private final long stderrStart;
    private long gaps;

    Recording() {
        this(0, 0);
    }

    /** Of a command that is taken up at these offsets. */
    Recording(long stdoutStart, long stderrStart) {
        this.stdoutStart = stdoutStart;
        this.stderrStart = stderrStart;
    }

    @Override
    public synchronized void bytes(Stream stream, long offset, byte[] data) {
        ByteArrayOutputStream bytes = stream == Stream.STDOUT ? stdout : stderr;
        long start = stream == Stream.STDOUT ? stdoutStart : stderrStart;
        if (offset != start + bytes.size() || end.isDone()) {
            gaps++;
        }
        bytes.writeBytes(data);
        notifyAll();
    }

    @Override
    public synchronized void ended(CommandEnd commandEnd) {
        assertThat(end.complete(commandEnd)).isTrue();
        notifyAll();
    }

    CommandEnd awaitEnd() throws Exception {
        CommandEnd ended = end.get(60, TimeUnit.SECONDS);
        synchronized (this) {
            assertThat(gaps).as("pieces that do not go on where the last ended").isZero();
        }
        return ended;
    }

    boolean hasEnded() {
        return end.isDone();
    }

    /** Waits until what has come on stdout is as wanted. */
    synchronized String awaitStdout(Predicate<String> wanted) throws InterruptedException {
        while (!wanted.test(stdout())) {
            assertThat(end).as("the command ended, having written: " + stdout()).isNotDone();
            wait(100);
        }
        return stdout();
    }

    synchronized String stdout() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    synchronized String stderr() {
        return stderr.toString(StandardCharsets.UTF_8);
    }

    synchronized byte[] stdoutBytes() {
        return stdout.toByteArray();
    }
}

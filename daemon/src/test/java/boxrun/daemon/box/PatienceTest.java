package boxrun.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a client that does nothing is not waited for any longer. */
@Timeout(60)
class PatienceTest {
    private static final Duration LONGEST = Duration.ofHours(1);

    private final AtomicBoolean wanted = new AtomicBoolean();
    private final Patience patience = new Patience(wanted::get, LONGEST, "a transfer");
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final LinkedBlockingQueue<String> outcomes = new LinkedBlockingQueue<>();

    /** A client that never takes what is written. */
    private final OutputStream stuck = new OutputStream() {
        @Override
        public void write(int value) {
            try {
                blocked.countDown();
                Thread.sleep(Duration.ofDays(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("closed", e);
            }
        }
    };

    private void write() throws InterruptedException {
        Thread.startVirtualThread(() -> {
            try {
                patience.to(size -> stuck).begin(OptionalLong.empty()).write(7);
            } catch (Exception broken) {
                outcomes.add(broken.getMessage() + " " + Thread.currentThread().isInterrupted());
            }
        });
        blocked.await();
    }

    private static long after(Duration more) {
        return System.nanoTime() + LONGEST.plus(more).toNanos();
    }

    @Test
    void whoDoesNothingIsBrokenOffWhenSomebodyWaits() throws Exception {
        wanted.set(true);
        write();
        patience.look(System.nanoTime());
        assertThat(outcomes).isEmpty();
        patience.look(after(Duration.ofMinutes(1)));
        assertThat(outcomes.take()).isEqualTo("closed false");
    }

    @Test
    void whoDoesNothingIsWaitedForWhileNobodyWaits() throws Exception {
        write();
        patience.look(after(Duration.ofMinutes(1)));
        assertThat(outcomes).isEmpty();
        wanted.set(true);
        patience.look(after(Duration.ofMinutes(1)));
        assertThat(outcomes.take()).isEqualTo("closed false");
    }

    @Test
    void whoDoesSomethingIsNotDisturbed() throws Exception {
        wanted.set(true);
        InputStream content = patience.from(new ByteArrayInputStream(new byte[] {1, 2}));
        assertThat(content.read()).isEqualTo(1);
        patience.look(after(Duration.ofMinutes(1)));
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        assertThat(content.read()).isEqualTo(2);
        assertThat(content.read()).isEqualTo(-1);
    }
}

package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.daemon.testing.DaemonProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a daemon leaves by itself: with a real engine. */
@Timeout(120)
class IdleExitTest {
    private static final String TIMEOUT = "BOXRUN_IDLE_TIMEOUT";

    @Test
    void aDaemonStaysWhileABoxRunsAndLeavesWhenItIsIdle() throws Exception {
        try (DaemonProcess daemon = new DaemonProcess().bySocket().start()) {
            Box box = daemon.box("{\"memory_mb\":64}");
            daemon.kill();
            // It finds the box running before it can be idle.
            daemon.with(TIMEOUT, "100ms").start();
            assertThat(daemon.endsWithin(Duration.ofSeconds(2))).isFalse();
            daemon.client().stop(box.id());
            daemon.awaitEnd();
            assertThat(daemon.socket()).doesNotExist();
            daemon.with(TIMEOUT, "10m").start();
            assertThat(daemon.client().box(box.id()).status()).isEqualTo(BoxStatus.STOPPED);
        }
    }
}

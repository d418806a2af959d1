package boxrun.daemon.engine.container;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Looks regularly whether boxes have ended, and at one more closely when the connection to its agent has. A process
 * that is not our child sends us no signal; reading /proc once a second costs some microseconds for each box.
 */
final class EndWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EndWatch.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** An agent's connection ends a little before its process does. */
    private static final Duration AFTER_BREAK = Duration.ofMillis(5);

    private static final int LOOKS_AFTER_BREAK = 40;

    private final Runnable lookAtAll;
    private final Thread thread;

    EndWatch(Runnable lookAtAll) {
        this.lookAtAll = lookAtAll;
        this.thread = Thread.ofVirtual().name("box ends").start(this::watch);
    }

    /** Looks at one box until it is known to have ended, or for a while; returns at once. */
    void lookAt(BooleanSupplier ended) {
        Thread.ofVirtual().name("box end").start(() -> {
            try {
                for (int i = 0; i < LOOKS_AFTER_BREAK && !ended.getAsBoolean(); i++) {
                    Thread.sleep(AFTER_BREAK);
                }
            } catch (InterruptedException nobodyInterrupts) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failed(e);
            }
        });
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(INTERVAL);
                try {
                    lookAtAll.run();
                } catch (RuntimeException e) {
                    failed(e);
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private static void failed(RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "cannot clean up after a box that has ended", e);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

package boxrun.daemon.engine.container;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Looks regularly whether boxes have ended, and at once when a connection to an agent has. A process that is not our
 * child sends us no signal; reading /proc once a second costs some microseconds for each box.
 */
final class EndWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EndWatch.class.getName());
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    /** An agent's connection ends a little before its process does. */
    private static final Duration AFTER_BREAK = Duration.ofMillis(5);

    private static final int LOOKS_AFTER_BREAK = 40;

    private final Runnable look;
    private final Semaphore broken = new Semaphore(0);
    private final Thread thread;

    EndWatch(Runnable look) {
        this.look = look;
        this.thread = Thread.ofVirtual().name("box ends").start(this::watch);
    }

    void lookNow() {
        broken.release();
    }

    private void watch() {
        try {
            while (true) {
                boolean connectionEnded = broken.tryAcquire(INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
                for (int i = 0; i < (connectionEnded ? LOOKS_AFTER_BREAK : 1); i++) {
                    lookOnce();
                    if (connectionEnded) {
                        Thread.sleep(AFTER_BREAK);
                    }
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookOnce() {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "cannot clean up after a box that has ended", e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}

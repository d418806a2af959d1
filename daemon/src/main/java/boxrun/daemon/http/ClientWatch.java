package boxrun.daemon.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

/**
 * Interrupts a handler when its client goes away, or the daemon is about to end, for requests that take long without
 * writing. The connection is not used for another request afterwards: whoever waits for the client's end of it owns
 * what comes in on it.
 */
final class ClientWatch {
    private final Runnable interruption;
    private final boolean wholeWhenTheDaemonEnds;
    private boolean over;
    private boolean interrupted;
    private boolean daemonEnds;
    private boolean pausing;

    private ClientWatch(Runnable interruption, boolean wholeWhenTheDaemonEnds) {
        this.interruption = interruption;
        this.wholeWhenTheDaemonEnds = wholeWhenTheDaemonEnds;
    }

    /** What a handler does. */
    interface Work {
        void run() throws InterruptedException, IOException;
    }

    /** What a handler does that has {@link #pause}s. */
    interface Streaming {
        void run(ClientWatch watch) throws InterruptedException, IOException;
    }

    /** Something to wait for. */
    interface Wait<T> {
        T get() throws InterruptedException;
    }

    /** What a handler does until the latch opens. */
    interface Hold {
        void until(CountDownLatch end) throws InterruptedException, IOException;
    }

    /** Does something that is interrupted when the client goes away. The request's body must have been read. */
    static void during(ServerResponse response, LongRequests requests, Work work) {
        new ClientWatch(Thread.currentThread()::interrupt, false).during(requests, response, work);
    }

    /**
     * As {@link #during}, for events whose reader comes back after the last one: they are an answer up to any of them,
     * and the end of the daemon interrupts only a {@link #pause}, where no event is half said.
     */
    static void stream(ServerResponse response, LongRequests requests, Streaming work) {
        ClientWatch watch = new ClientWatch(Thread.currentThread()::interrupt, true);
        watch.during(requests, response, () -> work.run(watch));
    }

    /**
     * As {@link #during}, but a latch opens instead of an interrupt, which would break the connection if it came while
     * something is written: for those whose last words count.
     */
    static void hold(ServerResponse response, LongRequests requests, Hold work) {
        CountDownLatch end = new CountDownLatch(1);
        new ClientWatch(end::countDown, false).during(requests, response, () -> work.until(end));
    }

    private void during(LongRequests requests, ServerResponse response, Work work) {
        response.header(HeaderValues.CONNECTION_CLOSE);
        DataReader input = ConnectionInput.take();
        watch(requests, work, () -> Thread.ofVirtual().name("client watch").start(() -> await(input)));
    }

    /** Does something that reads the request's body, and so hears of the client's leaving by itself. */
    static void untilTheDaemonEnds(LongRequests requests, Work work) {
        new ClientWatch(Thread.currentThread()::interrupt, false).watch(requests, work, () -> {});
    }

    private void watch(LongRequests requests, Work work, Runnable begin) {
        requests.add(this);
        begin.run();
        try {
            work.run();
        } catch (InterruptedException e) {
            if (!isWhole()) {
                throw gone(e);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw wasInterrupted() ? gone(e) : e;
        } finally {
            requests.remove(this);
            end();
        }
    }

    /** Waits for more to say; interrupted when the daemon ends. */
    <T> T pause(Wait<T> wait) throws InterruptedException {
        pausing(true);
        try {
            return wait.get();
        } finally {
            pausing(false);
        }
    }

    private synchronized void pausing(boolean begins) throws InterruptedException {
        pausing = begins;
        if (daemonEnds) {
            Thread.interrupted();
            throw new InterruptedException("the daemon ends");
        }
    }

    private static CloseConnectionException gone(Exception cause) {
        return new CloseConnectionException("the client went away, or the daemon ends", cause);
    }

    private synchronized boolean isWhole() {
        return wholeWhenTheDaemonEnds && daemonEnds;
    }

    private synchronized boolean wasInterrupted() {
        return interrupted;
    }

    private void await(DataReader input) {
        try {
            input.ensureAvailable();
        } catch (RuntimeException closed) {
            interrupt();
        }
    }

    synchronized void daemonEnds() {
        daemonEnds = true;
        if (pausing || !wholeWhenTheDaemonEnds) {
            interrupt();
        }
    }

    /** The daemon does not wait any longer for a client that does not read. */
    void breakOff() {
        interrupt();
    }

    private synchronized void interrupt() {
        // A second interrupt would disturb the cleaning up that the first one caused.
        if (!over && !interrupted) {
            interrupted = true;
            interruption.run();
        }
    }

    private synchronized void end() {
        over = true;
        // What comes after is not to be interrupted by what is over.
        Thread.interrupted();
    }
}

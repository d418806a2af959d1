package boxrun.http;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Closes a channel that somebody waits on for too long: a Unix socket has no read timeout in Java. The waiting thread
 * gets an exception from the channel and asks {@link #passed} whether this was the reason.
 */
final class Deadline implements AutoCloseable {
    private enum State {
        WAITING,
        DONE,
        PASSED
    }

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private final Thread watch;

    /** Zero means no deadline. */
    Deadline(Closeable channel, Duration limit) {
        // A platform thread: in a process of one request, the first virtual thread costs more than this one.
        this.watch = Thread.ofPlatform().daemon().name("deadline").unstarted(() -> await(channel, limit));
        if (limit.isPositive()) {
            watch.start();
        }
    }

    private void await(Closeable channel, Duration limit) {
        try {
            Thread.sleep(limit);
            if (state.compareAndSet(State.WAITING, State.PASSED)) {
                channel.close();
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        } catch (IOException ignored) {
            // The channel is closed as far as it can be; the waiting thread reports the deadline.
        }
    }

    boolean passed() {
        return state.get() == State.PASSED;
    }

    @Override
    public void close() {
        state.compareAndSet(State.WAITING, State.DONE);
        watch.interrupt();
    }
}

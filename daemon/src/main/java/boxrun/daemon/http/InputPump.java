package boxrun.daemon.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a client sends for a command's stdin from the thread that also has to hear signals and the client's
 * leaving. A command that does not read holds the client up after a megabyte. What was taken is delivered, also when
 * the client has left meanwhile.
 */
final class InputPump {
    private static final int LIMIT = 1024 * 1024;

    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int size;
    private boolean writing;
    private boolean ended;
    private boolean left;
    private boolean stopped;

    /** Begins to write to a command's stdin, with what has come before. */
    void start(OutputStream stdin) {
        Thread.ofVirtual().name("stdin").start(() -> pump(stdin));
    }

    synchronized void put(byte[] bytes) throws InterruptedException {
        if (left) {
            return;
        }
        while (size >= LIMIT && !stopped && !left) {
            wait();
        }
        if (!ended && !stopped) {
            waiting.add(bytes);
            size += bytes.length;
            notifyAll();
        }
    }

    /** No more will come. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    /** No more will come, but the input has not ended: the terminal may live on. */
    synchronized void leave() {
        left = true;
        notifyAll();
    }

    /** Nobody wants what is still here. */
    synchronized void stop() {
        stopped = true;
        waiting.clear();
        size = 0;
        notifyAll();
    }

    /**
     * Waits, but not longer than this, until the client has left and what it had sent is with the command. What comes
     * later is not taken.
     */
    synchronized void awaitDelivered(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (long millis = limit.toMillis(); millis > 0 && !stopped && !isDelivered(); ) {
            wait(millis);
            millis = (deadline - System.nanoTime()) / 1_000_000;
        }
        leave();
    }

    private boolean isDelivered() {
        return left && waiting.isEmpty() && !writing;
    }

    private void pump(OutputStream stdin) {
        try {
            for (byte[] bytes = take(); bytes != null; bytes = take()) {
                stdin.write(bytes);
                stdin.flush();
            }
            if (isOver()) {
                stdin.close();
            }
        } catch (IOException commandDoesNotReadAnyMore) {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean isOver() {
        return ended && !stopped;
    }

    private synchronized byte @Nullable [] take() throws InterruptedException {
        writing = false;
        notifyAll();
        while (waiting.isEmpty() && !ended && !left && !stopped) {
            wait();
        }
        byte[] next = waiting.poll();
        if (next != null) {
            writing = true;
            size -= next.length;
            notifyAll();
        }
        return next;
    }
}

package boxrun.daemon.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Takes what a client sends for a command's stdin from the thread that also has to hear signals and the client's
 * leaving. A command that does not read holds the client up after a megabyte.
 */
final class InputPump {
    private static final int LIMIT = 1024 * 1024;

    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private int size;
    private boolean ended;
    private boolean stopped;

    /** Begins to write to a command's stdin, with what has come before. */
    void start(OutputStream stdin) {
        Thread.ofVirtual().name("stdin").start(() -> pump(stdin));
    }

    synchronized void put(byte[] bytes) throws InterruptedException {
        while (size >= LIMIT && !stopped) {
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

    /** Nobody wants what is still here. */
    synchronized void stop() {
        stopped = true;
        waiting.clear();
        size = 0;
        notifyAll();
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

    /** A client that has left has not ended the input: its terminal may live on. */
    private synchronized boolean isOver() {
        return ended && !stopped;
    }

    private synchronized byte @Nullable [] take() throws InterruptedException {
        while (waiting.isEmpty() && !ended && !stopped) {
            wait();
        }
        byte[] next = waiting.poll();
        if (next != null) {
            size -= next.length;
            notifyAll();
        }
        return next;
    }
}

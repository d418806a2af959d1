package boxrun.http;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Sends the control frames of a WebSocket from a thread of its own: the receiving thread must not wait until a sending
 * one, which waits for the other side to read, lets it through.
 */
final class ControlSender {
    private static final byte[] NORMAL_END = {(byte) (1000 >> 8), (byte) 1000};

    /** Frames that wait to be sent; a server that sends pings without reading their pongs gets no more of them. */
    private static final int MAX_WAITING = 16;

    @SuppressWarnings("ArrayRecordComponent") // handed on at once, never compared
    private record Frame(Opcode opcode, byte[] payload) {}

    private final WebSocket socket;
    private final Duration pingEvery;
    private final BlockingQueue<Frame> waiting = new LinkedBlockingQueue<>();
    private final Thread thread;

    ControlSender(WebSocket socket, Duration pingEvery) {
        this.socket = socket;
        this.pingEvery = pingEvery;
        this.thread = Thread.ofVirtual().name("websocket control").unstarted(this::run);
        thread.start();
    }

    void pong(byte[] payload) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(new Frame(Opcode.PONG, payload));
        }
    }

    /** Sends a close frame, and nothing after it. */
    void sendClose() {
        waiting.add(new Frame(Opcode.CLOSE, NORMAL_END));
    }

    /** Waits until the close frame is sent, or cannot be. */
    void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void end() {
        thread.interrupt();
    }

    private void run() {
        try {
            Frame frame;
            do {
                frame = Optional.ofNullable(waiting.poll(pingEvery.toNanos(), TimeUnit.NANOSECONDS))
                        .orElseGet(() -> new Frame(Opcode.PING, new byte[0]));
                socket.sendControl(frame.opcode(), frame.payload());
            } while (frame.opcode() != Opcode.CLOSE);
        } catch (IOException gone) {
            // The receiving thread sees it too, and reports it.
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }
}

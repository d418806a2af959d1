package boxrun.daemon.http;

import boxrun.api.OutputFrame;
import boxrun.json.Json;
import io.helidon.common.buffers.BufferData;
import io.helidon.websocket.WsSession;
import java.util.concurrent.locks.ReentrantLock;

/** Sends the frames of a WebSocket, one after the other: the session itself cannot be used by two threads. */
final class Frames {
    private final WsSession session;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;

    Frames(WsSession session) {
        this.session = session;
    }

    void text(OutputFrame frame) {
        String text = Json.WIRE.encode(frame);
        send(() -> session.send(text, true));
    }

    void binary(BufferData bytes) {
        send(() -> session.send(bytes, true));
    }

    void ping() {
        send(() -> session.ping(BufferData.empty()));
    }

    void pong(BufferData echo) {
        send(() -> session.pong(echo));
    }

    void close(int code, String reason) {
        send(() -> {
            closed = true;
            session.close(code, reason);
        });
    }

    private void send(Runnable action) {
        lock.lock();
        try {
            if (!closed) {
                action.run();
            }
        } finally {
            lock.unlock();
        }
    }
}

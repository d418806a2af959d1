package boxrun.client;

import boxrun.api.Listening;
import boxrun.http.HttpResponse;
import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.json.MalformedJsonException;
import boxrun.json.Quick;
import java.io.EOFException;
import java.io.IOException;

/** A daemon that listens over TCP, until this is closed or the daemon ends. */
public final class OpenDoor implements AutoCloseable {
    private final Transport transport;
    private final HttpResponse answer;
    private final SseReader events;
    private final Listening where;

    OpenDoor(Transport transport, HttpResponse answer) {
        this.transport = transport;
        this.answer = answer;
        this.events = new SseReader(answer.body(), EventStream.MAX_EVENT_BYTES);
        this.where = first();
    }

    private Listening first() {
        try {
            SseEvent event = events.next().orElseThrow(() -> new EOFException("the daemon ended"));
            return Quick.decode(event.data(), Listening.class);
        } catch (MalformedJsonException e) {
            answer.close();
            throw transport.incomprehensible("an event", e);
        } catch (IOException e) {
            answer.close();
            throw transport.lost(e);
        }
    }

    /** Where it listens. */
    public Listening where() {
        return where;
    }

    /**
     * Waits until it listens no more because the daemon ends in order.
     *
     * @throws ConnectionException when the daemon is gone otherwise
     */
    public void awaitEnd() {
        try {
            SseEvent event;
            do {
                event = events.next().orElseThrow(() -> new EOFException("the daemon ended"));
            } while (!event.type().equals("closed"));
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    @Override
    public void close() {
        answer.close();
    }
}

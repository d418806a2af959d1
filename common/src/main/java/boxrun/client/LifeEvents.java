package boxrun.client;

import boxrun.api.BoxEvent;
import boxrun.api.ExecEvent;
import boxrun.api.MissedEvents;
import boxrun.http.HttpResponse;
import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.json.MalformedJsonException;
import boxrun.json.Quick;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/** What happens to boxes and commands, read while it happens. One thread reads; any thread may close. */
public final class LifeEvents implements AutoCloseable {
    private final Transport transport;
    private final HttpResponse answer;
    private final SseReader reader;

    LifeEvents(Transport transport, HttpResponse answer) {
        this.transport = transport;
        this.answer = answer;
        this.reader = new SseReader(answer.body(), EventStream.MAX_EVENT_BYTES);
    }

    /**
     * Waits for the next event; there is no last one.
     *
     * @throws ConnectionException when the daemon left
     */
    public LifeEvent next() {
        try {
            while (true) {
                SseEvent event = reader.next().orElseThrow(() -> new EOFException("the events ended"));
                Optional<LifeEvent> known = read(event);
                if (known.isPresent()) {
                    return known.get();
                }
            }
        } catch (MalformedJsonException e) {
            throw transport.incomprehensible("an event", e);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }

    /** Nothing for an event of a kind that a newer daemon sends. */
    private static Optional<LifeEvent> read(SseEvent event) {
        return switch (event.type()) {
            case "box" -> Optional.of(new LifeEvent.OfBox(id(event), Quick.decode(event.data(), BoxEvent.class)));
            case "exec" -> Optional.of(new LifeEvent.OfExec(id(event), Quick.decode(event.data(), ExecEvent.class)));
            case "missed" ->
                Optional.of(new LifeEvent.Missed(id(event), Quick.decode(event.data(), MissedEvents.class)));
            default -> Optional.empty();
        };
    }

    private static long id(SseEvent event) {
        try {
            return Long.parseLong(event.lastId());
        } catch (NumberFormatException e) {
            throw new MalformedJsonException("id", "expected a whole number, got \"" + event.lastId() + "\"");
        }
    }

    @Override
    public void close() {
        answer.close();
    }
}

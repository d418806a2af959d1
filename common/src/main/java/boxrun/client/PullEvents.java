package boxrun.client;

import boxrun.api.Image;
import boxrun.api.PullProgress;
import boxrun.http.HttpResponse;
import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.json.MalformedJsonException;
import boxrun.json.Quick;
import java.io.EOFException;
import java.io.IOException;
import java.util.function.Consumer;

/** Reads the events of a pull to their end. */
final class PullEvents {
    private PullEvents() {}

    static Image read(Transport transport, HttpResponse answer, Consumer<PullProgress> progress) {
        SseReader reader = new SseReader(answer.body(), EventStream.MAX_EVENT_BYTES);
        try (answer) {
            while (true) {
                SseEvent event =
                        reader.next().orElseThrow(() -> new EOFException("the events ended before the pull did"));
                switch (event.type()) {
                    case "progress" -> progress.accept(Quick.decode(event.data(), PullProgress.class));
                    case "error" ->
                        throw Quick.decode(event.data(), EventStream.Failure.class)
                                .problem();
                    case "done" -> {
                        return Quick.decode(event.data(), Image.class);
                    }
                    default -> {
                        // An event of a kind that a newer daemon sends.
                    }
                }
            }
        } catch (MalformedJsonException e) {
            throw transport.incomprehensible("an event", e);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }
}

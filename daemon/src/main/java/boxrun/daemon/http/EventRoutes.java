package boxrun.daemon.http;

import boxrun.daemon.box.Boxes;
import boxrun.daemon.event.Happening;
import boxrun.daemon.event.History;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;

/** {@code /v1/events}: what happens to boxes and commands, as it happens. */
final class EventRoutes {
    private final Boxes boxes;
    private final LongRequests requests;

    EventRoutes(Boxes boxes, LongRequests requests) {
        this.boxes = boxes;
        this.requests = requests;
    }

    void events(ServerRequest request, ServerResponse response) {
        Optional<String> box = Requests.query(request, "box")
                .map(idOrName -> boxes.get(idOrName).id());
        History history = boxes.history();
        History.Reader reader = Requests.after(request).map(history::reader).orElseGet(history::reader);
        ClientWatch.stream(response, requests, watch -> {
            try (EventStream stream = EventStream.begin(response)) {
                while (true) {
                    Optional<Happening> next = watch.pause(() -> reader.next(EventStream.KEEP_ALIVE));
                    if (next.isEmpty()) {
                        stream.comment();
                    } else if (box.isEmpty() || next.get().concerns(box.get())) {
                        send(next.get(), stream);
                    }
                }
            }
        });
    }

    private static void send(Happening happening, EventStream stream) {
        switch (happening) {
            case Happening.OfBox(var id, var event) -> stream.send("box", id, event);
            case Happening.OfExec(var id, var event) -> stream.send("exec", id, event);
            case Happening.Missed(var id, var events) -> stream.send("missed", id, events);
        }
    }
}

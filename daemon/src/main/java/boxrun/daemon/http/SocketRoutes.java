package boxrun.daemon.http;

import boxrun.api.ProblemException;
import boxrun.daemon.box.Boxes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** The endpoints that are WebSockets, for requests that did not become one: these say why. */
final class SocketRoutes {
    private final Boxes boxes;

    SocketRoutes(Boxes boxes) {
        this.boxes = boxes;
    }

    void run(ServerRequest request, ServerResponse response) {
        Answers.failure(request, response, noSocket());
    }

    void attach(ServerRequest request, ServerResponse response) {
        AttachConversation.wanted(Requests.path(request, "id"), request.query());
        boxes.running(Requests.path(request, "id"));
        Answers.failure(request, response, noSocket());
    }

    private static ProblemException noSocket() {
        return Requests.refusal("GET needs a WebSocket upgrade here").status(400);
    }
}

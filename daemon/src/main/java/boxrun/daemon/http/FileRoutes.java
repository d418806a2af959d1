package boxrun.daemon.http;

import boxrun.daemon.box.Boxes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** {@code /v1/boxes/{id}/files/…}. */
final class FileRoutes {
    private final Boxes boxes;

    FileRoutes(Boxes boxes) {
        this.boxes = boxes;
    }

    void upload(ServerRequest request, ServerResponse response) {
        boxes.get(Requests.path(request, "id"));
    }

    void download(ServerRequest request, ServerResponse response) {
        boxes.get(Requests.path(request, "id"));
    }
}

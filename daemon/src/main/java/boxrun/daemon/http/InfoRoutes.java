package boxrun.daemon.http;

import boxrun.api.DaemonInfo;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;

/** The daemon itself: {@code /v1/info} and {@code /v1/shutdown}. */
final class InfoRoutes {
    private final Supplier<DaemonInfo> info;
    private final Runnable shutdown;

    InfoRoutes(Supplier<DaemonInfo> info, Runnable shutdown) {
        this.info = info;
        this.shutdown = shutdown;
    }

    void info(ServerRequest request, ServerResponse response) {
        Answers.json(response, info.get());
    }

    /** The description of the API for programs. */
    static void openApi(ServerRequest request, ServerResponse response) throws IOException {
        try (InputStream text = InfoRoutes.class.getResourceAsStream("openapi.json")) {
            if (text == null) {
                throw new IllegalStateException("the resource boxrun/daemon/http/openapi.json is missing");
            }
            response.header(HeaderValues.CONTENT_TYPE_JSON).send(text.readAllBytes());
        }
    }

    /** What only those may ask for who can open the Unix socket. */
    static void notHere(ServerRequest request, ServerResponse response) {
        Answers.failure(
                request,
                response,
                new ProblemException(
                        ErrorCode.NOT_FOUND, request.path().path() + " is on the Unix socket of the daemon only"));
    }

    /** The answer comes first: the daemon waits for requests that are under way. */
    void shutdown(ServerRequest request, ServerResponse response) {
        response.whenSent(shutdown);
        Answers.json(response, Ok.OK);
    }
}

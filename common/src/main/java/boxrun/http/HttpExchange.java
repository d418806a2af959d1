package boxrun.http;

import java.io.IOException;

/**
 * What takes requests to one server: {@link HttpClient}, or somebody who looks at what goes through one. Safe for use
 * by several threads.
 */
public interface HttpExchange {
    Address address();

    /** Sends a request and waits for the head of the answer, whose body the caller then reads. */
    HttpResponse send(HttpRequest request) throws IOException;

    /**
     * Opens a WebSocket.
     *
     * @throws UpgradeRefusedException when the server answers the request with something else; its answer is in it
     */
    WebSocket upgrade(HttpRequest request) throws IOException;
}

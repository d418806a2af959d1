package boxrun.http;

import java.io.IOException;

/** The other side said something that HTTP, server-sent events or WebSocket forbid, or too much of it. */
public final class HttpProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    public HttpProtocolException(String message) {
        super(message);
    }
}

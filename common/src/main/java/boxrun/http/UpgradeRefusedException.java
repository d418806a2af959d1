package boxrun.http;

import java.io.IOException;

/** A server answered the request for a WebSocket as an ordinary one. The answer is open: who catches this closes it. */
public final class UpgradeRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient HttpResponse answer;

    UpgradeRefusedException(HttpResponse answer) {
        super("the server refused a WebSocket with status " + answer.status());
        this.answer = answer;
    }

    public HttpResponse answer() {
        return answer;
    }
}

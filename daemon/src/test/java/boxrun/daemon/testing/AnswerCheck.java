package boxrun.daemon.testing;

import boxrun.client.BoxrunClient;
import boxrun.http.Address;
import boxrun.http.HttpClient;
import boxrun.http.HttpExchange;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.http.UpgradeRefusedException;
import boxrun.http.WebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the clients of tests are answered with openapi.json: an answer that is not in it fails whoever reads
 * it, and, for those who are read in the background, the test when it ends.
 */
public final class AnswerCheck {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    private final List<String> findings = new CopyOnWriteArrayList<>();

    /** A client whose answers are compared. */
    public BoxrunClient client(Address address, @Nullable String token) {
        return new BoxrunClient(exchange(address), token);
    }

    /** The same over what sends its requests. */
    public BoxrunClient client(HttpExchange http, @Nullable String token) {
        return new BoxrunClient(new Checked(http), token);
    }

    /** The same one level below. */
    public HttpExchange exchange(Address address) {
        return new Checked(new HttpClient(address, CONNECT_WITHIN));
    }

    /** To be called at the end of a test. */
    public void assertNothingWasFound() {
        fail(findings);
    }

    /** Compares an answer, or a part of one. */
    public void check(String method, String target, int status, String contentType, byte[] body) {
        found(ApiDocument.OURS.violations(method, target, status, contentType, body));
    }

    /** Compares a text frame of a WebSocket that the daemon has sent. */
    public void checkFrame(String target, String text) {
        found(ApiDocument.OURS.frameViolations(target, "daemon", text));
    }

    private void found(List<String> violations) {
        findings.addAll(violations);
        fail(violations);
    }

    private static void fail(List<String> violations) {
        if (!violations.isEmpty()) {
            throw new AssertionError("not as openapi.json says: " + String.join("; ", violations));
        }
    }

    private final class Checked implements HttpExchange {
        private final HttpExchange http;

        Checked(HttpExchange http) {
            this.http = http;
        }

        @Override
        public Address address() {
            return http.address();
        }

        @Override
        public HttpResponse send(HttpRequest request) throws IOException {
            return checked(request, http.send(request));
        }

        @Override
        public WebSocket upgrade(HttpRequest request) throws IOException {
            try {
                WebSocket socket = http.upgrade(request);
                check(request.method(), request.target(), 101, "", new byte[0]);
                return socket.through(text -> checkFrame(request.target(), text));
            } catch (UpgradeRefusedException refused) {
                checked(request, refused.answer());
                throw refused;
            }
        }

        private HttpResponse checked(HttpRequest request, HttpResponse answer) {
            String type = answer.header("Content-Type").orElse("");
            return answer.through(body -> new CheckedBody(
                    body, type, part -> check(request.method(), request.target(), answer.status(), type, part)));
        }
    }
}

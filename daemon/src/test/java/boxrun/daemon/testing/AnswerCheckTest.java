package boxrun.daemon.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.Gc;
import boxrun.client.BoxrunClient;
import boxrun.client.LifeEvents;
import boxrun.http.Address;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client of the tests at a server that does not keep to openapi.json. */
@Timeout(60)
class AnswerCheckTest {
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final AnswerCheck answers = new AnswerCheck();
    private final BoxrunClient client;

    AnswerCheckTest() throws IOException {
        server.start();
        client = answers.client(new Address.Tcp("127.0.0.1", server.getAddress().getPort()), null);
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private void answer(String path, int status, String type, String body) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", type);
            byte[] bytes = body.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(bytes);
            }
        });
    }

    private void fails(ThrowingCallable request, String words) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(request).withMessageContaining(words);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(answers::assertNothingWasFound)
                .withMessageContaining(words);
    }

    @Test
    void aMemberThatIsNotInTheDocumentFails() {
        answer("/v1/gc", 200, "application/json", "{\"removed\":1,\"planted\":2}");
        fails(() -> client.gc(new Gc(0L)), "planted is not in the schema");
    }

    @Test
    void aMemberOfAnotherTypeFails() {
        answer("/v1/boxes/x/sessions", 200, "application/json", """
                [{"name":"a","cmd":["sh"],"attached":"yes","created_at":"2026-11-23T10:00:00.123Z"}]""");
        fails(() -> client.sessions("x"), "attached");
    }

    @Test
    void aStatusThatIsNotInTheDocumentFails() {
        answer("/v1/info", 409, "application/json", "{\"code\":\"RESOURCE_EXCEEDED\",\"message\":\"m\"}");
        fails(client::info, "no such status");
    }

    @Test
    void aCodeThatDoesNotBelongToItsStatusFails() {
        answer("/v1/boxes/x", 404, "application/json", "{\"code\":\"RESOURCE_EXCEEDED\",\"message\":\"m\"}");
        fails(() -> client.box("x"), "RESOURCE_EXCEEDED");
    }

    @Test
    void anotherContentTypeFails() {
        answer("/v1/info", 200, "text/html", "<html></html>");
        fails(client::info, "text/html");
    }

    @Test
    void anEventThatIsNotInTheDocumentFails() {
        answer("/v1/events", 200, "text/event-stream", "event: box\ndata: {\"planted\":1}\n\n");
        fails(
                () -> {
                    try (LifeEvents events = client.events(null)) {
                        events.next();
                    }
                },
                "planted is not in the schema");
    }
}

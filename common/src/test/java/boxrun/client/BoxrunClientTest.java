package boxrun.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import boxrun.api.Gc;
import boxrun.api.ProblemException;
import boxrun.api.PullImage;
import boxrun.api.PullProgress;
import boxrun.api.RenameBox;
import boxrun.api.Run;
import boxrun.api.StartExec;
import boxrun.api.Stream;
import boxrun.http.Address;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes over the wire for each method, and what comes of each answer, against the JDK's own HTTP server. */
@Timeout(30)
class BoxrunClientTest {
    private static final String BOX = """
            {"id":"box_AbCdEfGhIjKl","name":"web","status":"running","image":"host","cpu":2,"memory_mb":1024,
            "disk_size_gb":8,"network":false,"workdir":"/root","env":{},"volumes":[],"error_code":null,
            "error_message":null,"created_at":"2026-11-23T10:00:00.123Z","started_at":null,"stopped_at":null}""";
    private static final String EXEC = """
            {"id":"exec_AbCdEfGhIjKl","box_id":"box_AbCdEfGhIjKl","status":"running","cmd":["ls"],"env":{},"workdir":null,
            "timeout_ms":null,"exit_code":null,"error_message":null,"created_at":"2026-11-23T10:00:00Z","finished_at":null}""";
    private static final String IMAGE = """
            {"reference":"host","digest":"sha256:0","platform":"linux/amd64","size":1,"layers":1,"aliases":[],
            "created_at":null,"pulled_at":"2026-11-23T10:00:00Z"}""".replace("\n", "");
    private static final Run RUN =
            new Run("host", List.of("true"), null, null, null, null, null, null, null, null, null, null, null, null);

    private record Answer(int status, Map<String, String> headers, String body) {}

    private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    private Answer answer = new Answer(200, Map.of(), "{\"ok\":true}");
    private final HttpServer server;

    BoxrunClientTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void startTheServer() {
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stopTheServer() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + (body.isEmpty() ? "" : " " + body));
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), 0);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Test
    void eachMethodAsksForItsEndpoint() throws InterruptedException {
        answering(BOX);
        sends(
                "POST /v1/boxes {\"image\":\"host\",\"name\":null,\"cpu\":null,\"memory_mb\":null,"
                        + "\"disk_size_gb\":null,\"network\":null,\"workdir\":null,\"env\":null,\"volumes\":null,"
                        + "\"labels\":null,\"ports\":null,\"pids\":null,\"pull\":null}",
                client -> client.create(new CreateBox("host", null, null, null, null, null, null, null, null)));
        sends(
                "GET /v1/boxes/web",
                client -> assertThat(client.box("web").name()).isEqualTo("web"));
        sends("GET /v1/boxes/a%20%2F%3Fb", client -> client.box("a /?b"));
        sends("POST /v1/boxes/web:stop", client -> client.stop("web"));
        sends("POST /v1/boxes/web:stop?grace=0", client -> client.stop("web", Duration.ZERO));
        sends("GET /v1/boxes/web?wait=30", client -> client.await("web", Duration.ofSeconds(30)));
        sends("POST /v1/boxes/web:rename {\"name\":\"shop\"}", client -> client.rename("web", new RenameBox("shop")));
        sends("POST /v1/boxes/web:start", client -> client.start("web"));
        sends("DELETE /v1/boxes/web?force=true", client -> client.remove("web", true));
        answering("[" + BOX + "]");
        sends(
                "GET /v1/boxes?status=all",
                client -> assertThat(client.boxes("all")).hasSize(1));
        answering("[" + BOX.replace("null}", "null,\"labels\":{\"a\":\"b\"},\"ports\":[]}") + "]");
        sends(
                "GET /v1/boxes?extended=true&status=all&label=a%3Db&label=c&name=web&image=host",
                client -> assertThat(client.boxes(new BoxFilter("all", List.of("a=b", "c"), "web", "host"))
                                .getFirst()
                                .labels())
                        .containsEntry("a", "b"));
        answering("{\"at\":\"2026-11-23T10:00:00Z\",\"pids\":3}");
        sends(
                "GET /v1/boxes/web/stats",
                client -> assertThat(client.stats("web").pids()).isEqualTo(3));
        answering("{\"removed\":2}");
        sends(
                "POST /v1/gc {\"older_than\":60}",
                client -> assertThat(client.gc(new Gc(60L)).removed()).isEqualTo(2));
        answering("{\"version\":\"1\",\"build\":\"b\",\"pid\":7,\"max_cpu\":\"a newer daemon's\"}");
        sends(
                "GET /v1/info",
                client -> assertThat(client.greet(Duration.ofSeconds(5))).isEqualTo(new Greeting("1", "b", 7)));
        sends("POST /v1/shutdown", client -> client.shutdown(Duration.ofSeconds(5)));
    }

    @Test
    void eachMethodOfACommandAsksForItsEndpoint() throws InterruptedException {
        answering(EXEC);
        sends(
                "POST /v1/boxes/web/exec {\"cmd\":[\"ls\"],\"env\":null,\"workdir\":null,\"timeout_ms\":null,"
                        + "\"stdin\":null,\"user\":null,\"tty\":null}",
                client -> client.execs("web").start(new StartExec(List.of("ls"), null, null, null, null, null, null)));
        sends("GET /v1/boxes/web/exec/e", client -> client.execs("web").find("e"));
        sends("GET /v1/boxes/web/exec/e?wait=30", client -> client.execs("web").await("e", Duration.ofSeconds(30)));
        sends(
                "POST /v1/boxes/web/exec/e:signal {\"signal\":\"INT\"}",
                client -> client.execs("web").signal("e", "INT"));
        sends("POST /v1/boxes/web/exec/e:cancel", client -> client.execs("web").cancel("e"));
        sends(
                "POST /v1/boxes/web/exec/e/stdin input",
                client -> client.execs("web").stdin("e", stream("input")));
        answering("[]");
        sends("GET /v1/boxes/web/execs", client -> client.execs("web").list());
    }

    @Test
    void eachMethodOfImagesAndFilesAsksForItsEndpoint() throws InterruptedException {
        answering("[" + IMAGE + "]");
        sends("GET /v1/images", client -> client.images());
        sends("POST /v1/images:load tar", client -> client.load(stream("tar")));
        sends("DELETE /v1/images/localhost%3A5000%2Fa%2Fb%3A1", client -> client.removeImage("localhost:5000/a/b:1"));
        answering("content");
        ByteArrayOutputStream into = new ByteArrayOutputStream();
        sends(
                "POST /v1/boxes/web/files/download {\"path\":\"/a\"}",
                client -> client.files("web").download("/a", into));
        assertThat(into).hasToString("content");
        sends(
                "POST /v1/boxes/web/files/download {\"path\":\"/a\",\"archive\":\"tar\"}",
                client -> client.files("web").downloadArchive("/a", into));
    }

    @Test
    void anUploadIsAFormWithItsDestinationFirst() throws InterruptedException {
        client().files("web").uploadArchive(stream("bytes\r\n"), "/dest");
        String request = requests.take();
        String boundary = request.replaceFirst("(?s)[^\n]*? --([^\r]*)\r.*", "$1");
        assertThat(request)
                .isEqualTo(String.join(
                        "\r\n",
                        "POST /v1/boxes/web/files/upload?archive=tar --" + boundary,
                        "Content-Disposition: form-data; name=\"dest\"",
                        "",
                        "/dest",
                        "--" + boundary,
                        "Content-Disposition: form-data; name=\"file\"; filename=\"file\"",
                        "",
                        "bytes",
                        "",
                        "--" + boundary + "--",
                        ""));
    }

    @Test
    void theEventsOfARunComeInOrderUntilItsExit() {
        answering(events(
                "event: progress\ndata: {\"phase\":\"unpacking\",\"layer\":null,\"current\":1,\"total\":2}",
                "id: 1\nevent: log\ndata: {\"stream\": \"stdout\", \"data\": \"hello\\n\", \"seq\": 1}",
                ": still here",
                "event: of the future\ndata: x",
                "id: 2\nevent: log\ndata: {\"stream\": \"stderr\", \"data\": \"/w==\", \"seq\": 2, \"encoding\": \"base64\"}",
                "id: 3\nevent: exit\ndata: {\"stream\": null, \"data\": \"{\\\"exit_code\\\": 3}\", \"seq\": 3}"));
        List<RunEvent> read = new ArrayList<>();
        try (RunEvents events = client().runLive(RUN)) {
            for (Optional<RunEvent> event = events.next(); event.isPresent(); event = events.next()) {
                read.add(event.get());
            }
        }
        assertThat(read)
                .containsExactly(
                        new RunEvent.Progress(new PullProgress(PullProgress.Phase.UNPACKING, null, 1, 2)),
                        new RunEvent.Output(Stream.STDOUT, bytes('h', 'e', 'l', 'l', 'o', '\n'), 1, Optional.empty()),
                        new RunEvent.Output(Stream.STDERR, bytes(0xff), 2, Optional.empty()),
                        new RunEvent.Exit(new ExitData(3, null), 3));
    }

    @Test
    void eventsThatEndBeforeTheCommandAreALostConnection() {
        answering(events("id: 1\nevent: log\ndata: {\"stream\": \"stdout\", \"data\": \"x\", \"seq\": 1}"));
        try (RunEvents events = client().execs("web").events("e", 0)) {
            assertThat(events.next()).isPresent();
            assertThatExceptionOfType(ConnectionException.class)
                    .isThrownBy(events::next)
                    .withMessageEndingWith(": the events ended before the command did");
        }
    }

    @Test
    void aRunThatFailsMidwayIsAProblemWithItsHint() {
        answering(events("event: error\ndata: {\"code\":\"IMAGE_NOT_FOUND\",\"message\":\"no x\",\"hint\":\"try y\"}"));
        try (RunEvents events = client().runLive(RUN)) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(events::next)
                    .withMessage("no x")
                    .satisfies(problem -> assertThat(problem.hint()).contains("try y"))
                    .satisfies(problem -> assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND));
        }
    }

    @Test
    void eventsThatMakeNoSenseAreAProblem() {
        answering(events("event: log\ndata: {\"stream\": \"stdin\", \"data\": \"x\", \"seq\": 1}"));
        try (RunEvents events = client().runLive(RUN)) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(events::next)
                    .withMessageContaining("makes no sense: stream: expected one of \"stdout\", \"stderr\"");
        }
    }

    @Test
    void aPullTellsItsProgressAndItsImage() {
        answering(events(
                "event: progress\ndata: {\"phase\":\"resolving\",\"layer\":null,\"current\":0,\"total\":0}",
                "event: done\ndata: " + IMAGE));
        List<PullProgress> progress = new ArrayList<>();
        assertThat(client().pull(new PullImage("host"), progress::add).reference())
                .isEqualTo("host");
        assertThat(progress).hasSize(1);
    }

    @Test
    void anErrorAnswerIsAProblemWithItsHint() {
        // The hint's bytes as they are on the wire; the server writes a character for a byte.
        String hint =
                new String("schließ: boxrun stop web".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        answer =
                new Answer(400, Map.of("Boxrun-Hint", hint), "{\"code\":\"VALIDATION_ERROR\",\"message\":\"cpu: no\"}");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> client().box("web"))
                .withMessage("cpu: no")
                .satisfies(problem -> assertThat(problem.status()).isEqualTo(400))
                .satisfies(problem -> assertThat(problem.hint()).contains("schließ: boxrun stop web"));
    }

    @Test
    void somethingElseThanBoxrunIsRecognized() {
        answer = new Answer(404, Map.of(), "<html>not found</html>");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> client().box("web"))
                .withMessage("what answers at " + client().address() + " does not look like boxrun: status 404");
        answering("<html>hello</html>");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> client().box("web"))
                .withMessageContaining(" to GET /v1/boxes/web of ")
                .withMessageContaining(" makes no sense: not valid JSON");
    }

    @Test
    void theTokenIsSent() throws InterruptedException {
        BlockingQueue<String> tokens = new LinkedBlockingQueue<>();
        server.createContext("/v1/shutdown", exchange -> {
            tokens.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            answer(exchange);
        });
        new BoxrunClient(client().address(), "secret").shutdown(Duration.ofSeconds(5));
        assertThat(tokens.take()).isEqualTo("Bearer secret");
        client().shutdown(Duration.ofSeconds(5));
        assertThat(tokens.take()).isEqualTo("null");
    }

    @Test
    void aDaemonThatIsNotThereIsUnreachable() {
        Address address = client().address();
        server.stop(0);
        assertThatExceptionOfType(ConnectionException.class)
                .isThrownBy(() -> new BoxrunClient(address).info())
                .withMessage("cannot reach " + address + ": Connection refused")
                .satisfies(lost -> assertThat(lost.connected()).isFalse());
    }

    private BoxrunClient client() {
        return new BoxrunClient(new Address.Tcp("127.0.0.1", server.getAddress().getPort()));
    }

    private void answering(String body) {
        answer = new Answer(200, Map.of(), body);
    }

    private static String events(String... events) {
        return String.join("\n\n", events) + "\n\n";
    }

    private void sends(String request, Consumer<BoxrunClient> call) throws InterruptedException {
        call.accept(client());
        assertThat(requests.take()).isEqualTo(request);
    }

    private static ByteArrayInputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }
}

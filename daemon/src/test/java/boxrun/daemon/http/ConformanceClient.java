package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.testing.AnswerCheck;
import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JDK's own HTTP client, which knows nothing of boxrun; every answer is compared with openapi.json. */
final class ConformanceClient implements AutoCloseable {
    static final String IMAGE = System.getProperty("boxrun.image", "host");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();
    private final AnswerCheck answers = new AnswerCheck();
    private final List<String> made = new ArrayList<>();
    private final String url;
    private final String token;

    /** @param token empty for a server that wants none */
    ConformanceClient(String url, String token) {
        this.url = url;
        this.token = token;
    }

    String url() {
        return url;
    }

    String token() {
        return token;
    }

    /** Notes a box that is to be removed after the test. */
    JsonObject made(JsonObject box) {
        made.add(text(box, "id"));
        return box;
    }

    void removeBoxes() throws Exception {
        for (String id : made) {
            send("DELETE", "/v1/boxes/" + id + "?force=true", null);
        }
        made.clear();
    }

    /** Opens a WebSocket. */
    WebSocket socket(String target, WebSocket.Listener listener) {
        String separator = target.contains("?") ? "&" : "?";
        URI uri = URI.create(
                url.replaceFirst("http", "ws") + target + (token.isEmpty() ? "" : separator + "token=" + token));
        return http.newWebSocketBuilder().buildAsync(uri, listener).join();
    }

    /** Sends a request and compares its answer. */
    HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        URI uri = request.uri();
        String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        return checked(request.method(), target, http.send(request, BodyHandlers.ofByteArray()));
    }

    HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url + path));
        return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
    }

    HttpResponse<byte[]> send(String method, String path, @Nullable String json) throws Exception {
        HttpRequest.Builder builder = request(path);
        if (json == null) {
            builder.method(method, BodyPublishers.noBody());
        } else {
            builder.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(json));
        }
        return send(builder.build());
    }

    private HttpResponse<byte[]> checked(String method, String path, HttpResponse<byte[]> answer) {
        answers.check(
                method,
                path,
                answer.statusCode(),
                answer.headers().firstValue("Content-Type").orElse(""),
                answer.body());
        return answer;
    }

    JsonObject ask(int status, String method, String path, @Nullable String json) throws Exception {
        HttpResponse<byte[]> answer = send(method, path, json);
        String body = new String(answer.body(), UTF_8);
        assertThat(answer.statusCode()).as(method + " " + path + " " + body).isEqualTo(status);
        return Json.WIRE.tree(body).asObject("");
    }

    List<JsonObject> list(String path) throws Exception {
        HttpResponse<byte[]> answer = send("GET", path, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        return ((JsonArray) Json.WIRE.tree(new String(answer.body(), UTF_8)))
                .elements().stream().map(element -> element.asObject("")).toList();
    }

    JsonObject box(String more) throws Exception {
        JsonObject box = ask(201, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"memory_mb\":64" + more + "}");
        return made(box);
    }

    JsonObject exec(String box, String script, String more) throws Exception {
        return ask(
                201, "POST", "/v1/boxes/" + box + "/exec", "{\"cmd\":[\"sh\",\"-c\",\"" + script + "\"]" + more + "}");
    }

    List<SseEvent> events(String box, String exec, String query, String lastId) throws Exception {
        String path = "/v1/boxes/" + box + "/exec/" + exec + "/events" + query;
        HttpRequest.Builder builder = request(path).header("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            builder.header("Last-Event-ID", lastId);
        }
        HttpResponse<byte[]> answer = send(builder.build());
        assertThat(answer.statusCode()).isEqualTo(200);
        return read(answer);
    }

    private static List<SseEvent> read(HttpResponse<byte[]> answer) throws IOException {
        SseReader reader = new SseReader(new ByteArrayInputStream(answer.body()), 1 << 24);
        List<SseEvent> events = new ArrayList<>();
        for (var event = reader.next(); event.isPresent(); event = reader.next()) {
            events.add(event.get());
        }
        return events;
    }

    static String text(JsonObject object, String member) {
        return object.string(member).orElse("");
    }

    static String data(SseEvent event) {
        return text(Json.WIRE.tree(event.data()).asObject(""), "data");
    }

    @Override
    public void close() {
        http.close();
    }
}

package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Listen;
import boxrun.client.OpenDoor;
import boxrun.daemon.testing.AnswerCheck;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.http.SseEvent;
import boxrun.http.SseReader;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonNull;
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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * The API as its users know it, driven by the JDK's own HTTP client, which knows nothing of boxrun. It asks the server
 * at {@code -Dboxrun.url}, with {@code -Dboxrun.token} and boxes of {@code -Dboxrun.image}; without a URL, a daemon of
 * its own over TCP.
 */
@Tag("conformance")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class ConformanceTest {
    private static final Set<String> BOX = Set.of(
            "id",
            "name",
            "status",
            "image",
            "cpu",
            "memory_mb",
            "disk_size_gb",
            "network",
            "workdir",
            "env",
            "volumes",
            "error_code",
            "error_message",
            "created_at",
            "started_at",
            "stopped_at");
    private static final Set<String> EXEC = Set.of(
            "id",
            "box_id",
            "status",
            "cmd",
            "env",
            "workdir",
            "timeout_ms",
            "exit_code",
            "error_message",
            "created_at",
            "finished_at");
    private static final String IMAGE = System.getProperty("boxrun.image", "host");

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(30))
            .build();
    private final AnswerCheck answers = new AnswerCheck();
    private final List<String> made = new ArrayList<>();
    private final List<AutoCloseable> own = new ArrayList<>();
    private String url = System.getProperty("boxrun.url", "");
    private String token = System.getProperty("boxrun.token", "");

    @BeforeAll
    void findTheServer() throws Exception {
        if (url.isEmpty()) {
            DaemonProcess daemon = new DaemonProcess();
            own.add(daemon);
            daemon.start();
            OpenDoor door = daemon.client().listen(new Listen(null, 0, null, null));
            own.addFirst(door);
            url = door.where().url();
            token = Files.readString(daemon.state().resolve("token")).strip();
        }
    }

    @AfterEach
    void removeBoxes() throws Exception {
        for (String id : made) {
            send("DELETE", "/v1/boxes/" + id + "?force=true", null);
        }
        made.clear();
    }

    @AfterAll
    void close() throws Exception {
        http.close();
        for (AutoCloseable closeable : own) {
            closeable.close();
        }
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url + path));
        return token.isEmpty() ? builder : builder.header("Authorization", "Bearer " + token);
    }

    private HttpResponse<byte[]> send(String method, String path, @Nullable String json) throws Exception {
        HttpRequest.Builder builder = request(path);
        if (json == null) {
            builder.method(method, BodyPublishers.noBody());
        } else {
            builder.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(json));
        }
        return checked(method, path, http.send(builder.build(), BodyHandlers.ofByteArray()));
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

    private JsonObject ask(int status, String method, String path, @Nullable String json) throws Exception {
        HttpResponse<byte[]> answer = send(method, path, json);
        String body = new String(answer.body(), UTF_8);
        assertThat(answer.statusCode()).as(method + " " + path + " " + body).isEqualTo(status);
        return Json.WIRE.tree(body).asObject("");
    }

    private List<JsonObject> list(String path) throws Exception {
        HttpResponse<byte[]> answer = send("GET", path, null);
        assertThat(answer.statusCode()).isEqualTo(200);
        return ((JsonArray) Json.WIRE.tree(new String(answer.body(), UTF_8)))
                .elements().stream().map(element -> element.asObject("")).toList();
    }

    private JsonObject box(String more) throws Exception {
        JsonObject box = ask(201, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"memory_mb\":64" + more + "}");
        made.add(text(box, "id"));
        return box;
    }

    private JsonObject exec(String box, String script, String more) throws Exception {
        return ask(
                201, "POST", "/v1/boxes/" + box + "/exec", "{\"cmd\":[\"sh\",\"-c\",\"" + script + "\"]" + more + "}");
    }

    private List<SseEvent> events(String box, String exec, String query, String lastId) throws Exception {
        String path = "/v1/boxes/" + box + "/exec/" + exec + "/events" + query;
        HttpRequest.Builder builder = request(path).header("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            builder.header("Last-Event-ID", lastId);
        }
        HttpResponse<byte[]> answer = checked("GET", path, http.send(builder.build(), BodyHandlers.ofByteArray()));
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

    private static String text(JsonObject object, String member) {
        return object.string(member).orElse("");
    }

    @Test
    void aBoxHasTheKnownMembersAndDefaults() throws Exception {
        String name = "conformance-" + ProcessHandle.current().pid();
        JsonObject box = ask(201, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"name\":\"" + name + "\"}");
        made.add(text(box, "id"));
        assertThat(box.members().keySet()).isEqualTo(BOX);
        assertThat(text(box, "id")).matches("box_[A-Za-z0-9]{12}");
        assertThat(text(box, "status")).isEqualTo("running");
        assertThat(text(box, "image")).isNotEmpty();
        assertThat(box.members().get("cpu")).isEqualTo(Json.WIRE.tree("2"));
        assertThat(box.integer("memory_mb")).contains(1024L);
        assertThat(box.integer("disk_size_gb")).contains(8L);
        assertThat(box.bool("network")).contains(false);
        assertThat(text(box, "workdir")).isEqualTo("/root");
        assertThat(box.object("env")).contains(JsonObject.EMPTY);
        assertThat(box.array("volumes")).isEmpty();
        assertThat(box.members().get("error_code")).isEqualTo(JsonNull.NULL);
        assertThat(box.members().get("stopped_at")).isEqualTo(JsonNull.NULL);
        assertThat(text(box, "created_at")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
        assertThat(ask(200, "GET", "/v1/boxes/" + name, null)).isEqualTo(box);
        assertThat(text(
                        ask(409, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"name\":\"" + name + "\"}"),
                        "code"))
                .isEqualTo("NAME_ALREADY_EXISTS");
    }

    @Test
    void aBoxLivesStopsStartsAndGoes() throws Exception {
        String id = text(box(""), "id");
        String path = "/v1/boxes/" + id;
        exec(id, "echo kept > /root/file; sync", "");
        String written = text(exec(id, "until [ -s /root/file ]; do sleep 0.01; done", ""), "id");
        events(id, written, "", "");
        assertThat(list("/v1/boxes?status=running"))
                .anyMatch(box -> text(box, "id").equals(id));
        assertThat(text(ask(409, "DELETE", path, null), "code")).isEqualTo("BOX_ALREADY_RUNNING");
        assertThat(text(ask(409, "POST", path + ":start", null), "code")).isEqualTo("BOX_ALREADY_RUNNING");
        JsonObject stopped = ask(200, "POST", path + ":stop", null);
        assertThat(text(stopped, "status")).isEqualTo("stopped");
        assertThat(text(stopped, "stopped_at")).isNotEmpty();
        assertThat(list("/v1/boxes?status=stopped"))
                .anyMatch(box -> text(box, "id").equals(id));
        assertThat(list("/v1/boxes?status=running"))
                .noneMatch(box -> text(box, "id").equals(id));
        assertThat(text(ask(400, "POST", path + "/exec", "{\"cmd\":[\"true\"]}"), "code"))
                .isEqualTo("BOX_NOT_RUNNING");
        assertThat(text(ask(200, "POST", path + ":start", null), "status")).isEqualTo("running");
        List<SseEvent> events = events(id, text(exec(id, "cat /root/file", ""), "id"), "", "");
        assertThat(data(events.getFirst())).isEqualTo("kept\n");
        assertThat(ask(200, "DELETE", path + "?force=true", null)).isEqualTo(Json.WIRE.tree("{\"ok\":true}"));
        assertThat(text(ask(404, "GET", path, null), "code")).isEqualTo("BOX_NOT_FOUND");
    }

    private static String data(SseEvent event) {
        return text(Json.WIRE.tree(event.data()).asObject(""), "data");
    }

    @Test
    void aCommandIsReplayedFromEveryNumber() throws Exception {
        String box = text(box(""), "id");
        JsonObject exec = exec(box, "echo one; echo two >&2; sleep 0.1; echo three; exit 3", "");
        assertThat(exec.members().keySet()).isEqualTo(EXEC);
        assertThat(text(exec, "id")).matches("exec_[A-Za-z0-9]{12}");
        assertThat(text(exec, "box_id")).isEqualTo(box);
        assertThat(text(exec, "status")).isEqualTo("running");
        List<SseEvent> events = events(box, text(exec, "id"), "", "");
        assertThat(events.getLast().type()).isEqualTo("exit");
        StringBuilder outputs = new StringBuilder();
        for (int i = 0; i < events.size(); i++) {
            JsonObject data = Json.WIRE.tree(events.get(i).data()).asObject("");
            assertThat(events.get(i).lastId()).isEqualTo("" + (i + 1));
            assertThat(data.integer("seq")).contains(i + 1L);
            assertThat(data.members().keySet()).containsExactlyInAnyOrder("stream", "data", "seq");
            if (i < events.size() - 1) {
                assertThat(events.get(i).type()).isEqualTo("log");
                outputs.append(text(data, "stream")).append(' ').append(text(data, "data"));
            }
        }
        assertThat(outputs.toString())
                .contains("stdout one\n")
                .contains("stderr two\n")
                .contains("three\n");
        JsonObject exit = Json.WIRE.tree(events.getLast().data()).asObject("");
        assertThat(exit.members().get("stream")).isEqualTo(JsonNull.NULL);
        assertThat(Json.WIRE.tree(text(exit, "data"))).isEqualTo(Json.WIRE.tree("{\"exit_code\":3}"));
        for (int after = 0; after < events.size(); after++) {
            List<SseEvent> rest = events.subList(after, events.size());
            assertThat(events(box, text(exec, "id"), "", "" + after)).isEqualTo(rest);
            assertThat(events(box, text(exec, "id"), "?after=" + after, "")).isEqualTo(rest);
        }
        JsonObject ended = ask(200, "GET", "/v1/boxes/" + box + "/exec/" + text(exec, "id"), null);
        assertThat(text(ended, "status")).isEqualTo("failed");
        assertThat(ended.integer("exit_code")).contains(3L);
        assertThat(text(ended, "finished_at")).isNotEmpty();
        assertThat(list("/v1/boxes/" + box + "/execs")).contains(ended);
    }

    @Test
    void howACommandEndsIsInItsExit() throws Exception {
        String box = text(box(""), "id");
        assertThat(ending(box, exec(box, "true", ""))).isEqualTo("succeeded 0 ");
        assertThat(ending(box, exec(box, "kill -TERM $$", ""))).isEqualTo("failed 143 ");
        assertThat(ending(box, exec(box, "sleep 1000", ",\"timeout_ms\":100"))).isEqualTo("timeout 124 TIMEOUT");
        JsonObject canceled = exec(box, "sleep 1000", "");
        String path = "/v1/boxes/" + box + "/exec/" + text(canceled, "id");
        ask(200, "POST", path + ":cancel", null);
        assertThat(ending(box, canceled)).isEqualTo("canceled 137 CANCELED");
        assertThat(text(ask(400, "POST", path + ":cancel", null), "code")).isEqualTo("EXEC_ALREADY_FINISHED");
        JsonObject unknown = ask(201, "POST", "/v1/boxes/" + box + "/exec", "{\"cmd\":[\"no-such-program\"]}");
        assertThat(ending(box, unknown)).startsWith("failed 127");
        JsonObject directory = ask(201, "POST", "/v1/boxes/" + box + "/exec", "{\"cmd\":[\"/tmp\"]}");
        assertThat(ending(box, directory)).startsWith("failed 126");
        JsonObject bytes = exec(box, "printf '\\\\377\\\\376'", "");
        JsonObject log = Json.WIRE
                .tree(events(box, text(bytes, "id"), "", "").getFirst().data())
                .asObject("");
        assertThat(text(log, "encoding")).isEqualTo("base64");
        assertThat(text(log, "data")).isEqualTo("//4=");
    }

    private String ending(String box, JsonObject exec) throws Exception {
        SseEvent last = events(box, text(exec, "id"), "", "").getLast();
        JsonObject exit = Json.WIRE.tree(data(last)).asObject("");
        JsonObject ended = ask(200, "GET", "/v1/boxes/" + box + "/exec/" + text(exec, "id"), null);
        assertThat(ended.integer("exit_code")).isEqualTo(exit.integer("exit_code"));
        return text(ended, "status") + " " + exit.integer("exit_code").orElseThrow() + " "
                + exit.object("error").map(error -> text(error, "code")).orElse("");
    }

    @Test
    void filesGoInAndComeOut() throws Exception {
        String box = text(box(""), "id");
        for (String field : List.of("dest", "path")) {
            String form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n"
                    + "Content-Type: application/octet-stream\r\n\r\nbytes of " + field + "\r\n--b\r\n"
                    + "Content-Disposition: form-data; name=\"" + field + "\"\r\n\r\n/tmp/new/" + field
                    + "\r\n--b--\r\n";
            HttpRequest upload = request("/v1/boxes/" + box + "/files/upload")
                    .header("Content-Type", "multipart/form-data; boundary=b")
                    .POST(BodyPublishers.ofString(form))
                    .build();
            HttpResponse<byte[]> answer = checked(
                    "POST", "/v1/boxes/" + box + "/files/upload", http.send(upload, BodyHandlers.ofByteArray()));
            assertThat(new String(answer.body(), UTF_8)).isEqualTo("{\"ok\":true,\"dest\":\"/tmp/new/" + field + "\"}");
            HttpResponse<byte[]> file =
                    send("POST", "/v1/boxes/" + box + "/files/download", "{\"path\":\"/tmp/new/" + field + "\"}");
            assertThat(new String(file.body(), UTF_8)).isEqualTo("bytes of " + field);
            assertThat(file.headers().firstValue("Content-Type")).contains("application/octet-stream");
            assertThat(file.headers().firstValue("Content-Disposition").orElse(""))
                    .contains(field);
        }
        String missing = "/v1/boxes/" + box + "/files/download";
        assertThat(text(ask(404, "POST", missing, "{\"path\":\"/no/such\"}"), "code"))
                .isEqualTo("FILE_NOT_FOUND");
    }

    @Test
    void aRunIsOneRequest() throws Exception {
        JsonObject result = ask(
                200,
                "POST",
                "/v1/run",
                "{\"image\":\"" + IMAGE
                        + "\",\"memory_mb\":64,\"cmd\":[\"sh\",\"-c\",\"echo out; echo err >&2; exit 5\"],\"env\":{\"A\":\"b\"}}");
        assertThat(result)
                .isEqualTo(Json.WIRE.tree(
                        "{\"exit_code\":5,\"stdout\":\"out\\n\",\"stderr\":\"err\\n\",\"error_message\":null}"));
    }

    @Test
    void aTerminalIsAWebSocket() throws Exception {
        String box = text(box(""), "id");
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        URI uri = URI.create(url.replaceFirst("http", "ws") + "/v1/boxes/" + box
                + "/attach?shell=/bin/sh&cols=91&rows=31" + (token.isEmpty() ? "" : "&token=" + token));
        WebSocket socket =
                http.newWebSocketBuilder().buildAsync(uri, new Ear(heard)).join();
        socket.sendBinary(ByteBuffer.wrap("stty size; exit 6\n".getBytes(UTF_8)), true)
                .join();
        StringBuilder all = new StringBuilder();
        while (all.indexOf("closed") < 0) {
            all.append(heard.take());
        }
        assertThat(all.toString()).contains("31 91").contains("{\"type\":\"exit\",\"code\":6}");
        HttpResponse<byte[]> plain = send("GET", "/v1/boxes/nosuch/attach", null);
        assertThat(plain.statusCode()).isEqualTo(404);
    }

    private record Ear(LinkedBlockingQueue<String> heard) implements WebSocket.Listener {
        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
            heard.add(UTF_8.decode(bytes).toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            heard.add("closed");
            return null;
        }
    }

    @Test
    void theRestAnswersAsItAlwaysDid() throws Exception {
        JsonObject info = ask(200, "GET", "/v1/info", null);
        assertThat(info.members().keySet()).contains("max_cpu", "max_memory_mb");
        JsonObject removed = ask(200, "POST", "/v1/gc", "{\"older_than\":2000000000}");
        assertThat(removed.members().keySet()).containsExactly("removed");
        assertThat(ask(404, "GET", "/v1/nothing", null).members().keySet()).containsExactly("code", "message");
        assertThat(text(ask(422, "POST", "/v1/boxes", "{}"), "message")).contains("image");
        assertThat(text(ask(422, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"cpu\":-1}"), "message"))
                .contains("cpu");
        assertThat(text(ask(409, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"cpu\":100000}"), "code"))
                .isEqualTo("RESOURCE_EXCEEDED");
        assertThat(text(ask(400, "POST", "/v1/boxes/x:zap", null), "code")).isEqualTo("VALIDATION_ERROR");
        JsonValue aliases = info.members().get("image_aliases");
        if (aliases != null) {
            assertThat(Json.WIRE.encode(aliases)).contains("ubuntu:24.04").contains("python:3.12-slim");
        }
    }

    @Test
    void aClientThatKnowsOnlyTheseMembersWorks() throws Exception {
        Path script = Path.of(System.getProperty("boxrun.checkout", ".."), "daemon/src/test/python/known_client.py");
        ProcessBuilder builder =
                new ProcessBuilder("python3", script.toString(), url, token, IMAGE).redirectErrorStream(true);
        Process client = builder.start();
        String said = new String(client.getInputStream().readAllBytes(), UTF_8);
        assertThat(client.waitFor()).as(said).isZero();
    }
}

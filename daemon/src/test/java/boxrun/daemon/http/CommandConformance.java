package boxrun.daemon.http;

import static boxrun.daemon.http.ConformanceClient.IMAGE;
import static boxrun.daemon.http.ConformanceClient.data;
import static boxrun.daemon.http.ConformanceClient.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.http.SseEvent;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonObject;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commands, runs and terminals, as their users know them. */
interface CommandConformance extends ConformanceStory {
    Set<String> EXEC = Set.of(
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

    @Test
    default void aCommandIsReplayedFromEveryNumber() throws Exception {
        String box = text(client().box(""), "id");
        JsonObject exec = client().exec(box, "echo one; echo two >&2; sleep 0.1; echo three; exit 3", "");
        assertThat(exec.members().keySet()).isEqualTo(EXEC);
        assertThat(text(exec, "id")).matches("exec_[A-Za-z0-9]{12}");
        assertThat(text(exec, "box_id")).isEqualTo(box);
        assertThat(text(exec, "status")).isEqualTo("running");
        List<SseEvent> events = client().events(box, text(exec, "id"), "", "");
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
            assertThat(client().events(box, text(exec, "id"), "", "" + after)).isEqualTo(rest);
            assertThat(client().events(box, text(exec, "id"), "?after=" + after, ""))
                    .isEqualTo(rest);
        }
        JsonObject ended = client().ask(200, "GET", "/v1/boxes/" + box + "/exec/" + text(exec, "id"), null);
        assertThat(text(ended, "status")).isEqualTo("failed");
        assertThat(ended.integer("exit_code")).contains(3L);
        assertThat(text(ended, "finished_at")).isNotEmpty();
        assertThat(client().list("/v1/boxes/" + box + "/execs")).contains(ended);
    }

    @Test
    default void howACommandEndsIsInItsExit() throws Exception {
        String box = text(client().box(""), "id");
        assertThat(ending(box, client().exec(box, "true", ""))).isEqualTo("succeeded 0 ");
        assertThat(ending(box, client().exec(box, "kill -TERM $$", ""))).isEqualTo("failed 143 ");
        assertThat(ending(box, client().exec(box, "sleep 1000", ",\"timeout_ms\":100")))
                .isEqualTo("timeout 124 TIMEOUT");
        JsonObject canceled = client().exec(box, "sleep 1000", "");
        String path = "/v1/boxes/" + box + "/exec/" + text(canceled, "id");
        client().ask(200, "POST", path + ":cancel", null);
        assertThat(ending(box, canceled)).isEqualTo("canceled 137 CANCELED");
        assertThat(text(client().ask(400, "POST", path + ":cancel", null), "code"))
                .isEqualTo("EXEC_ALREADY_FINISHED");
        JsonObject unknown = client().ask(201, "POST", "/v1/boxes/" + box + "/exec", "{\"cmd\":[\"no-such-program\"]}");
        assertThat(ending(box, unknown)).startsWith("failed 127");
        JsonObject directory = client().ask(201, "POST", "/v1/boxes/" + box + "/exec", "{\"cmd\":[\"/tmp\"]}");
        assertThat(ending(box, directory)).startsWith("failed 126");
        JsonObject bytes = client().exec(box, "printf '\\\\377\\\\376'", "");
        JsonObject log = Json.WIRE
                .tree(client().events(box, text(bytes, "id"), "", "").getFirst().data())
                .asObject("");
        assertThat(text(log, "encoding")).isEqualTo("base64");
        assertThat(text(log, "data")).isEqualTo("//4=");
    }

    private String ending(String box, JsonObject exec) throws Exception {
        SseEvent last = client().events(box, text(exec, "id"), "", "").getLast();
        JsonObject exit = Json.WIRE.tree(data(last)).asObject("");
        JsonObject ended = client().ask(200, "GET", "/v1/boxes/" + box + "/exec/" + text(exec, "id"), null);
        assertThat(ended.integer("exit_code")).isEqualTo(exit.integer("exit_code"));
        return text(ended, "status") + " " + exit.integer("exit_code").orElseThrow() + " "
                + exit.object("error").map(error -> text(error, "code")).orElse("");
    }

    @Test
    default void aRunIsOneRequest() throws Exception {
        JsonObject result = client().ask(
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
    default void aTerminalIsAWebSocket() throws Exception {
        String box = text(client().box(""), "id");
        LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
        WebSocket socket =
                client().socket("/v1/boxes/" + box + "/attach?shell=/bin/sh&cols=91&rows=31", new Ear(heard));
        socket.sendBinary(ByteBuffer.wrap("stty size; exit 6\n".getBytes(UTF_8)), true)
                .join();
        StringBuilder all = new StringBuilder();
        while (all.indexOf("closed") < 0) {
            all.append(heard.take());
        }
        assertThat(all.toString()).contains("31 91").contains("{\"type\":\"exit\",\"code\":6}");
        HttpResponse<byte[]> plain = client().send("GET", "/v1/boxes/nosuch/attach", null);
        assertThat(plain.statusCode()).isEqualTo(404);
    }

    /** What a terminal says. */
    record Ear(LinkedBlockingQueue<String> heard) implements WebSocket.Listener {
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
}

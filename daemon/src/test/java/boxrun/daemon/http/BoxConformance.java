package boxrun.daemon.http;

import static boxrun.daemon.http.ConformanceClient.IMAGE;
import static boxrun.daemon.http.ConformanceClient.data;
import static boxrun.daemon.http.ConformanceClient.text;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.http.SseEvent;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonObject;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Boxes, as their users know them. */
interface BoxConformance extends ConformanceStory {
    Set<String> BOX = Set.of(
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

    @Test
    default void aBoxHasTheKnownMembersAndDefaults() throws Exception {
        String name = "conformance-" + ProcessHandle.current().pid();
        JsonObject box =
                client().ask(201, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"name\":\"" + name + "\"}");
        client().made(box);
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
        assertThat(client().ask(200, "GET", "/v1/boxes/" + name, null)).isEqualTo(box);
        assertThat(text(
                        client().ask(
                                        409,
                                        "POST",
                                        "/v1/boxes",
                                        "{\"image\":\"" + IMAGE + "\",\"name\":\"" + name + "\"}"),
                        "code"))
                .isEqualTo("NAME_ALREADY_EXISTS");
    }

    @Test
    default void aBoxLivesStopsStartsAndGoes() throws Exception {
        String id = text(client().box(""), "id");
        String path = "/v1/boxes/" + id;
        client().exec(id, "echo kept > /root/file; sync", "");
        String written = text(client().exec(id, "until [ -s /root/file ]; do sleep 0.01; done", ""), "id");
        client().events(id, written, "", "");
        assertThat(client().list("/v1/boxes?status=running"))
                .anyMatch(box -> text(box, "id").equals(id));
        assertThat(text(client().ask(409, "DELETE", path, null), "code")).isEqualTo("BOX_ALREADY_RUNNING");
        assertThat(text(client().ask(409, "POST", path + ":start", null), "code"))
                .isEqualTo("BOX_ALREADY_RUNNING");
        JsonObject stopped = client().ask(200, "POST", path + ":stop", null);
        assertThat(text(stopped, "status")).isEqualTo("stopped");
        assertThat(text(stopped, "stopped_at")).isNotEmpty();
        assertThat(client().list("/v1/boxes?status=stopped"))
                .anyMatch(box -> text(box, "id").equals(id));
        assertThat(client().list("/v1/boxes?status=running"))
                .noneMatch(box -> text(box, "id").equals(id));
        assertThat(text(client().ask(400, "POST", path + "/exec", "{\"cmd\":[\"true\"]}"), "code"))
                .isEqualTo("BOX_NOT_RUNNING");
        assertThat(text(client().ask(200, "POST", path + ":start", null), "status"))
                .isEqualTo("running");
        List<SseEvent> events = client().events(id, text(client().exec(id, "cat /root/file", ""), "id"), "", "");
        assertThat(data(events.getFirst())).isEqualTo("kept\n");
        assertThat(client().ask(200, "DELETE", path + "?force=true", null)).isEqualTo(Json.WIRE.tree("{\"ok\":true}"));
        assertThat(text(client().ask(404, "GET", path, null), "code")).isEqualTo("BOX_NOT_FOUND");
    }

    @Test
    default void theRestAnswersAsItAlwaysDid() throws Exception {
        JsonObject info = client().ask(200, "GET", "/v1/info", null);
        assertThat(info.members().keySet()).contains("max_cpu", "max_memory_mb");
        JsonObject removed = client().ask(200, "POST", "/v1/gc", "{\"older_than\":2000000000}");
        assertThat(removed.members().keySet()).containsExactly("removed");
        assertThat(client().ask(404, "GET", "/v1/nothing", null).members().keySet())
                .containsExactly("code", "message");
        assertThat(text(client().ask(422, "POST", "/v1/boxes", "{}"), "message"))
                .contains("image");
        assertThat(text(client().ask(422, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"cpu\":-1}"), "message"))
                .contains("cpu");
        assertThat(text(client().ask(409, "POST", "/v1/boxes", "{\"image\":\"" + IMAGE + "\",\"cpu\":100000}"), "code"))
                .isEqualTo("RESOURCE_EXCEEDED");
        assertThat(text(client().ask(400, "POST", "/v1/boxes/x:zap", null), "code"))
                .isEqualTo("VALIDATION_ERROR");
        JsonValue aliases = info.members().get("image_aliases");
        if (aliases != null) {
            assertThat(Json.WIRE.encode(aliases)).contains("ubuntu:24.04").contains("python:3.12-slim");
        }
    }
}

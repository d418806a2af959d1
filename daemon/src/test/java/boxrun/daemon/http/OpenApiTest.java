package boxrun.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.BoxEvent;
import boxrun.api.BoxStats;
import boxrun.api.CreateBox;
import boxrun.api.DaemonInfo;
import boxrun.api.Exec;
import boxrun.api.ExecEvent;
import boxrun.api.ExitData;
import boxrun.api.ExtendedBox;
import boxrun.api.Gc;
import boxrun.api.Image;
import boxrun.api.InputFrame;
import boxrun.api.Inspection;
import boxrun.api.Listen;
import boxrun.api.Listening;
import boxrun.api.LogEvent;
import boxrun.api.MissedEvents;
import boxrun.api.OutputFrame;
import boxrun.api.Port;
import boxrun.api.Problem;
import boxrun.api.PullImage;
import boxrun.api.PullProgress;
import boxrun.api.RenameBox;
import boxrun.api.Run;
import boxrun.api.RunResult;
import boxrun.api.StartExec;
import boxrun.api.Volume;
import boxrun.daemon.testing.ApiDocument;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import boxrun.json.Quick;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** openapi.json says what there is; {@link ConformanceTest} compares the answers that it gets with it. */
@Timeout(60)
class OpenApiTest {
    /** They explain what is wrong with a path, and are no operations. */
    private static final Set<String> NO_OPERATIONS =
            Set.of("POST /v1/boxes/{id}", "POST /v1/boxes/{id}/exec/{eid}", "POST /v1/images:{action}");

    private final ApiDocument document = ApiDocument.OURS;

    @Test
    void theDocumentHasEveryRouteAndNoOther(@TempDir Path directory) throws Exception {
        try (ServerFixture server = new ServerFixture(directory)) {
            Set<String> routes = new TreeSet<>(server.routes());
            routes.removeAll(NO_OPERATIONS);
            routes.addAll(List.of("POST /v1/shutdown", "POST /v1/listen"));
            assertThat(document.routes())
                    .isEqualTo(routes.stream()
                            .map(route -> route.replace("{+", "{"))
                            .collect(Collectors.toCollection(TreeSet::new)));
            RawHttp.Answer served = new RawHttp(server.address())
                    .send("GET /v1/openapi.json HTTP/1.1\r\nHost: boxrun\r\nConnection: close\r\n\r\n");
            assertThat(boxrun.json.Json.WIRE.tree(served.body())).isEqualTo(document.document());
        }
    }

    @Test
    void theSchemasAreTheRecords() {
        Map<String, Class<?>> records = new java.util.HashMap<>(Map.of(
                "Problem",
                Problem.class,
                "Box",
                Box.class,
                "Volume",
                Volume.class,
                "CreateBox",
                CreateBox.class,
                "Exec",
                Exec.class,
                "StartExec",
                StartExec.class,
                "LogEvent",
                LogEvent.class,
                "ExitData",
                ExitData.class,
                "RunResult",
                RunResult.class,
                "Progress",
                PullProgress.class));
        records.putAll(Map.of(
                "Image",
                Image.class,
                "Info",
                DaemonInfo.class,
                "Gc",
                Gc.class,
                "GcResult",
                Gc.Result.class,
                "PullImage",
                PullImage.class,
                "Listen",
                Listen.class,
                "Listening",
                Listening.class));
        Map.of(
                        "ExtendedBox",
                        ExtendedBox.class,
                        "Port",
                        Port.class,
                        "Stats",
                        BoxStats.class,
                        "Inspection",
                        Inspection.class,
                        "Limit",
                        Inspection.Limit.class,
                        "RenameBox",
                        RenameBox.class,
                        "BoxEvent",
                        BoxEvent.class,
                        "ExecEvent",
                        ExecEvent.class,
                        "MissedEvents",
                        MissedEvents.class)
                .forEach(records::put);
        records.forEach((name, type) -> assertThat(document.schema(name)
                        .object("properties")
                        .orElseThrow()
                        .members()
                        .keySet())
                .as(name)
                .isEqualTo(names(type)));
        // stdin of a run is for its WebSocket only.
        Set<String> run = names(Run.class);
        run.remove("stdin");
        assertThat(document.schema("Run")
                        .object("properties")
                        .orElseThrow()
                        .members()
                        .keySet())
                .isEqualTo(run);
    }

    private static Set<String> names(Class<?> type) {
        return Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getName)
                .map(name -> name.replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void whatMayBeNullInARecordMayBeNullInItsSchema() {
        for (Class<?> type : List.of(Box.class, Exec.class, RunResult.class, Image.class)) {
            JsonObject properties =
                    document.schema(type.getSimpleName()).object("properties").orElseThrow();
            for (RecordComponent component : type.getRecordComponents()) {
                String name = component.getName().replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
                boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                assertThat(properties.object(name).orElseThrow().toString().contains("null"))
                        .as(type.getSimpleName() + "." + name)
                        .isEqualTo(nullable);
            }
        }
    }

    @Test
    void theCheckSeesWhatIsWrong() {
        byte[] body = "{\"code\":\"NO_SUCH_CODE\",\"message\":1,\"more\":null}"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(document.violations("GET", "/v1/boxes/x", 404, "application/json", body))
                .hasSize(4);
        assertThat(document.violations("GET", "/v1/boxes/x", 404, "text/html", body))
                .hasSize(1);
        assertThat(document.violations("GET", "/v1/boxes/x", 206, "application/json", body))
                .hasSize(1);
        assertThat(document.violations("GET", "/v1/nothing", 200, "application/json", body))
                .hasSize(1);
        assertThat(document.frameViolations("/v1/run", "daemon", "{\"type\":\"started\"}"))
                .isEmpty();
        for (String frame : List.of(
                "{\"type\":\"begun\"}",
                "{\"type\":\"started\",\"more\":1}",
                "{\"type\":\"exit\",\"code\":\"0\"}",
                "{\"type\":\"exit\"}")) {
            assertThat(document.frameViolations("/v1/run", "daemon", frame))
                    .as(frame)
                    .isNotEmpty();
        }
        assertThat(document.frameViolations("/v1/boxes/x/attach?cols=1", "daemon", "{\"type\":\"started\"}"))
                .isNotEmpty();
        assertThat(document.frameViolations("/v1/run", "client", "{\"type\":\"resize\",\"cols\":1}"))
                .isNotEmpty();
    }

    @Test
    void everyFrameHasASchemaWithItsMembers() {
        Map<String, Class<?>> frames = Map.of(
                "ProgressFrame",
                OutputFrame.Progress.class,
                "WarningFrame",
                OutputFrame.Warning.class,
                "StartedFrame",
                OutputFrame.Started.class,
                "ExitFrame",
                OutputFrame.Exit.class,
                "ErrorFrame",
                OutputFrame.Error.class);
        assertThat(frames.values()).containsExactlyInAnyOrder(OutputFrame.class.getPermittedSubclasses());
        frames.forEach((name, type) -> {
            Set<String> members = names(type);
            members.add("type");
            assertThat(document.schema(name)
                            .object("properties")
                            .orElseThrow()
                            .members()
                            .keySet())
                    .as(name)
                    .isEqualTo(members);
        });
        Run run =
                new Run("host", List.of("true"), null, 64, null, null, null, null, null, null, true, null, null, null);
        JsonObject request = Quick.tree(run).asObject("").with("type", new JsonString("run"));
        List<String> sent = List.of(
                Quick.encode(new InputFrame.Resize(1, 2)),
                Quick.encode(new InputFrame.Signal("INT")),
                Quick.encode(new InputFrame.StdinClose()),
                Quick.encode(request));
        assertThat(sent).hasSize(InputFrame.class.getPermittedSubclasses().length + 1);
        for (String frame : sent) {
            assertThat(document.frameViolations("/v1/run", "client", frame)).isEmpty();
        }
        assertThat(document.frameViolations("/v1/boxes/x/attach", "client", sent.getLast()))
                .isNotEmpty();
    }
}

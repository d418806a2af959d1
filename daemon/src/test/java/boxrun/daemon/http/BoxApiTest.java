package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.BoxStats;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExtendedBox;
import boxrun.api.Inspection;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import boxrun.api.RenameBox;
import boxrun.api.Run;
import boxrun.api.StartExec;
import boxrun.client.BoxFilter;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import boxrun.daemon.engine.BoxId;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code /v1/boxes}: what clients may ask of boxes. */
@Timeout(60)
class BoxApiTest extends ServerTest {

    BoxApiTest(@TempDir Path directory) throws Exception {
        super(directory);
    }

    @Test
    void boxesAreFoundByWhatTheyAre() {
        create("a", Map.of("team", "red", "ci", "1"));
        create("b", Map.of("team", "blue"));
        create("c", Map.of());
        client.stop("b", Duration.ZERO);
        assertThat(names("all")).containsExactly("c", "b", "a");
        assertThat(names("all", "team")).containsExactly("b", "a");
        assertThat(names("all", "team=red")).containsExactly("a");
        assertThat(names("all", "team", "ci=1")).containsExactly("a");
        assertThat(names("all", "team=")).isEmpty();
        assertThat(names("stopped", "team")).containsExactly("b");
        assertThat(client.boxes(new BoxFilter("all", List.of(), "b", null)))
                .extracting(ExtendedBox::name)
                .containsExactly("b");
        assertThat(client.boxes(new BoxFilter("all", List.of(), null, "host"))).hasSize(3);
        assertThat(client.boxes(new BoxFilter("all", List.of(), null, "other"))).isEmpty();
        assertThat(client.boxes(BoxFilter.unusedFor(Duration.ZERO)))
                .as("what gc would remove")
                .extracting(ExtendedBox::name)
                .containsExactly("b");
        assertThat(client.boxes(BoxFilter.unusedFor(Duration.ofHours(1)))).isEmpty();
        assertThat(client.boxes(new BoxFilter("all", List.of("ci"), "a", "host"))
                        .getFirst()
                        .labels())
                .isEqualTo(Map.of("team", "red", "ci", "1"));
    }

    @Test
    void aBoxShowsItsLabelsAndPortsToThoseWhoKnowThemOnly() throws Exception {
        client.create(box("""
                {"image": "host", "name": "web", "network": true, "labels": {"a": "b"}, "pids": 9, "pull": "never",
                 "ports": [{"host_port": 0, "guest_port": 80}]}"""));
        assertThat(ask("GET", "/v1/boxes/web"))
                .doesNotContain("labels", "ports", "pids")
                .contains("\"stopped_at\":null}");
        Port port = client.boxes(BoxFilter.ALL).getFirst().ports().getFirst();
        assertThat(port.hostIp()).isEqualTo("127.0.0.1");
        assertThat(port.hostPort()).isPositive();
    }

    @Test
    void aBoxIsRenamedUnlessTheNameIsTaken() {
        Box box = create("a", Map.of());
        create("b", Map.of());
        assertThat(client.rename("a", new RenameBox("c")).name()).isEqualTo("c");
        assertThat(client.box("c").id()).isEqualTo(box.id());
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.box("a"));
        refused(ErrorCode.NAME_ALREADY_EXISTS, () -> client.rename("c", new RenameBox("b")));
        refused(ErrorCode.VALIDATION_ERROR, () -> client.rename("c", new RenameBox("b b")));
        refused(ErrorCode.VALIDATION_ERROR, () -> client.rename("c", new RenameBox(null)));
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.rename("a", new RenameBox("x")));
        create("a", Map.of());
    }

    @Test
    void whoWaitsForABoxIsAnsweredWhenItDoesNotRunAnyMore() throws Exception {
        Box box = create("a", Map.of());
        assertThat(client.await("a", Duration.ZERO).status()).isEqualTo(BoxStatus.RUNNING);
        for (Runnable end : List.<Runnable>of(
                () -> client.stop("a", Duration.ZERO), () -> server.machine.crash(new BoxId(box.id())))) {
            LinkedBlockingQueue<BoxStatus> seen = new LinkedBlockingQueue<>();
            CountDownLatch asking = new CountDownLatch(1);
            Thread.startVirtualThread(() -> {
                asking.countDown();
                seen.add(client.await("a", Duration.ofMinutes(1)).status());
            });
            asking.await();
            end.run();
            assertThat(seen.take()).isEqualTo(BoxStatus.STOPPED);
            client.start("a");
        }
        LinkedBlockingQueue<ErrorCode> refusals = new LinkedBlockingQueue<>();
        Thread.startVirtualThread(() -> {
            try {
                client.await("a", Duration.ofMinutes(1));
            } catch (ProblemException e) {
                refusals.add(e.code());
            }
        });
        client.remove("a", true);
        assertThat(refusals.take()).isEqualTo(ErrorCode.BOX_NOT_FOUND);
    }

    @Test
    void anInspectionTellsWhatWasWantedAndWhatIsKnown() {
        Box box = client.create(box("""
                {"image": "host", "name": "web", "memory_mb": 64, "labels": {"a": "b"}, "pids": 9}"""));
        Inspection seen = client.inspect("web");
        assertThat(seen.box()).isEqualTo(box);
        assertThat(seen.labels()).isEqualTo(Map.of("a", "b"));
        assertThat(seen.engine()).isEqualTo("fake");
        assertThat(seen.paths()).containsKey("directory");
        assertThat(seen.limits().memoryMb()).isEqualTo(new Inspection.Limit(BigDecimal.valueOf(64), null, false));
        assertThat(seen.limits().pids()).isEqualTo(new Inspection.Limit(BigDecimal.valueOf(9), null, false));
        assertThat(seen.limits().nofile()).isEqualTo(new Inspection.Limit(null, null, false));
        BoxStats stats = client.stats("web");
        assertThat(stats.at()).isAfterOrEqualTo(box.createdAt());
        assertThat(stats.memoryBytes()).isNull();
        client.stop("web", Duration.ZERO);
        assertThat(client.inspect("web").box().status()).isEqualTo(BoxStatus.STOPPED);
        assertThat(client.stats("web").pids()).isNull();
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.inspect("other"));
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.stats("other"));
    }

    @Test
    void whoAsksForALimitThatIsNotEnforcedIsTold() {
        List<String> warnings = new ArrayList<>();
        client.create(box("""
                {"image": "host", "cpu": 0.5, "memory_mb": 64}"""), warnings::add);
        assertThat(warnings)
                .containsExactly(
                        "cpu is not enforced: this host cannot limit the CPUs of a box",
                        "memory_mb is not enforced: this host cannot limit the memory of a box");
        client.create(box("{\"image\": \"host\"}"), unasked -> {
            throw new AssertionError(unasked);
        });
        Run run = Json.WIRE.decode("""
                {"image": "host", "cmd": ["true"], "disk_size_gb": 1, "pids": 3}""", Run.class);
        RunEvent.Warning disk =
                new RunEvent.Warning("disk_size_gb is not enforced: this host cannot limit the disk of a box");
        RunEvent.Warning pids =
                new RunEvent.Warning("pids is not enforced: this host cannot limit the processes of a box");
        try (RunEvents live = client.runLive(run);
                RunEvents interactive = client.runInteractive(run, 80, 24)) {
            assertThat(live.next()).contains(disk);
            assertThat(live.next()).contains(pids);
            assertThat(interactive.next()).contains(disk);
            assertThat(interactive.next()).contains(pids);
        }
    }

    @Test
    void aStopGivesCommandsTheTimeThatIsAskedFor() throws Exception {
        create("a", Map.of());
        String stubborn = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
        Exec exec = client.execs("a")
                .start(new StartExec(List.of("sh", "-c", stubborn), null, null, null, null, null, null));
        try (RunEvents events = client.execs("a").events(exec.id(), 0)) {
            assertThat(events.next()).isPresent();
        }
        long begun = System.nanoTime();
        assertThat(client.stop("a", Duration.ofSeconds(1)).status()).isEqualTo(BoxStatus.STOPPED);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
        for (String grace : List.of("-1", "x", "3601")) {
            assertThat(ask("POST", "/v1/boxes/a:stop?grace=" + grace))
                    .startsWith("422 ")
                    .contains("grace must be");
        }
    }

    private String ask(String method, String target) throws IOException {
        try (HttpResponse answer = server.answers.exchange(client.address()).send(HttpRequest.of(method, target))) {
            return answer.status() + " " + new String(answer.body().readAllBytes(), UTF_8);
        }
    }

    private List<@Nullable String> names(String status, String... labels) {
        return client.boxes(new BoxFilter(status, List.of(labels), null, null)).stream()
                .<@Nullable String>map(ExtendedBox::name)
                .toList();
    }

    private Box create(String name, Map<String, String> labels) {
        return client.create(box("{\"image\": \"host\", \"name\": \"" + name + "\", \"memory_mb\": 64, \"labels\": "
                + Json.WIRE.encode(labels) + "}"));
    }

    private static CreateBox box(String request) {
        return Json.WIRE.decode(request, CreateBox.class);
    }

    private static void refused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(code));
    }
}

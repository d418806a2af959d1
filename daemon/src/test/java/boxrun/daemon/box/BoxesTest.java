package boxrun.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import boxrun.api.Volume;
import boxrun.daemon.engine.BoxId;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The life of boxes, and what they may have. */
@Timeout(60)
class BoxesTest extends BoxesFixture {
    BoxesTest(@TempDir Path directory) {
        super(directory);
    }

    @Test
    void aBoxThatIsCreatedRunsWithTheDefaults() {
        Box box = create("web");
        assertThat(box.status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(box.id()).matches("box_[A-Za-z0-9]{12}");
        assertThat(box.cpu()).isEqualTo(BigDecimal.valueOf(2));
        assertThat(box.memoryMb()).isEqualTo(1024);
        assertThat(box.diskSizeGb()).isEqualTo(8);
        assertThat(box.network()).isFalse();
        assertThat(box.workdir()).isEqualTo("/root");
        assertThat(box.startedAt()).isNotNull();
        assertThat(box.stoppedAt()).isNull();
        assertThat(boxes.get("web")).isEqualTo(box);
        assertThat(boxes.get(box.id())).isEqualTo(box);
        assertThat(boxes.layersInUse()).containsExactlyInAnyOrder("a", "b");
        assertThat(machine.inside(new BoxId(box.id()), "/")).exists();
    }

    @Test
    void aBoxGoesFromRunningToStoppedAndBack() {
        Box box = create("web");
        Box stopped = boxes.stop("web", GRACE);
        assertThat(stopped.status()).isEqualTo(BoxStatus.STOPPED);
        assertThat(stopped.stoppedAt()).isNotNull();
        assertThat(machine.inside(new BoxId(box.id()), "/")).exists();
        refused(ErrorCode.BOX_NOT_RUNNING, () -> boxes.stop("web", GRACE));
        refused(ErrorCode.BOX_NOT_RUNNING, () -> boxes.running("web"));
        assertThat(boxes.start(box.id()).status()).isEqualTo(BoxStatus.RUNNING);
        refused(ErrorCode.BOX_ALREADY_RUNNING, () -> boxes.start("web"));
    }

    @Test
    void aRunningBoxIsRemovedByForceOnlyAndLeavesNothing() {
        Box box = create("web");
        refused(ErrorCode.BOX_ALREADY_RUNNING, () -> boxes.remove("web", false));
        boxes.remove("web", true);
        refused(ErrorCode.BOX_NOT_FOUND, () -> boxes.get("web"));
        refused(ErrorCode.BOX_NOT_FOUND, () -> boxes.remove("web", true));
        assertNothingOf(box.id());
        assertThat(told).containsExactly("ended " + box.id(), "removed " + box.id());
        create("web");
    }

    @Test
    void aCreateThatFailsLeavesNothingAndHoldsNoName() {
        for (String image : List.of("missing", "broken")) {
            assertThatThrownBy(() -> create(image, "web", null)).isInstanceOf(ProblemException.class);
            assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
            assertThat(home.boxes())
                    .satisfiesAnyOf(
                            path -> assertThat(path).doesNotExist(),
                            path -> assertThat(path).isEmptyDirectory());
        }
        create("web");
    }

    @Test
    void whatIsWrongIsNamed() {
        says("image is required", new CreateBox(null, null, null, null, null, null, null, null, null));
        says("name must", request("a b"));
        says("name must", request("box_aaaaaaaaaaaa"));
        says("cpu must", new CreateBox("x", null, BigDecimal.ZERO, null, null, null, null, null, null));
        says("cpu must", new CreateBox("x", null, new BigDecimal("1e-999999999"), null, null, null, null, null, null));
        says("memory_mb must", new CreateBox("x", null, null, 0, null, null, null, null, null));
        says("disk_size_gb must", new CreateBox("x", null, null, null, -1, null, null, null, null));
        says("workdir must", new CreateBox("x", null, null, null, null, null, "here", null, null));
        says("env must", new CreateBox("x", null, null, null, null, null, null, Map.of("A=B", "c"), null));
        says("volumes[0].guest_path must", volume(new Volume("/tmp", "data", false)));
        says("volumes[0].host_path must", volume(new Volume("tmp", "/data", false)));
        says("there is no /no/such", volume(new Volume("/no/such", "/data", false)));
        says("labels must have names", labels(Map.of("a=b", "c")));
        says("ports need network", ports(false, new Port(null, 1, 1)));
        says("ports[0].host_ip must", ports(true, new Port("localhost", 1, 1)));
        says("ports[0].host_ip must", ports(true, new Port("127.0.0.256", 1, 1)));
        says("ports[1].guest_port must", ports(true, new Port(null, 1, 1), new Port(null, 2, 0)));
        says("ports[0].host_port must", ports(true, new Port(null, 65536, 1)));
        says("ports[1].host_port must", ports(true, new Port(null, 8, 1), new Port("127.0.0.2", 8, 2)));
        says("pids must", new CreateBox("x", null, null, null, null, null, null, null, null, null, null, 0, null));
    }

    @Test
    void runningBoxesHoldMemoryAndStoppedOnesDoNot() {
        refused(ErrorCode.RESOURCE_EXCEEDED, () -> create("x", "huge", 4097));
        create("x", "a", 3000);
        refused(ErrorCode.RESOURCE_EXCEEDED, () -> create("x", "b", 1097));
        create("x", "c", 1096);
        boxes.stop("a", GRACE);
        create("x", "d", 3000);
        refused(ErrorCode.RESOURCE_EXCEEDED, () -> boxes.start("a"));
        assertThat(boxes.get("a").status()).isEqualTo(BoxStatus.STOPPED);
        boxes.remove("d", true);
        boxes.start("a");
        restart();
        refused(ErrorCode.RESOURCE_EXCEEDED, () -> create("x", "e", 1));
    }

    @Test
    void cpusAreSharedUpToTheOvercommit() {
        refused(ErrorCode.RESOURCE_EXCEEDED, () -> cpu("5"));
        refused(ErrorCode.RESOURCE_EXCEEDED, () -> cpu("1e999999999"));
        cpu("4");
        cpu("3.5");
        refused(ErrorCode.RESOURCE_EXCEEDED, () -> cpu("0.6"));
        cpu("0.5");
    }

    @Test
    void aBoxThatEndsUnaskedIsShownAsStoppedWithTheReason() throws Exception {
        Box box = create("web");
        machine.crash(new BoxId(box.id()));
        while (boxes.get("web").status() == BoxStatus.RUNNING) {
            Thread.sleep(5);
        }
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.STOPPED);
        assertThat(boxes.get("web").errorMessage()).contains("killed");
        boxes.start("web");
        assertThat(boxes.get("web").errorMessage()).isNull();
        boxes.remove("web", true);
    }

    @Test
    void gcRemovesWhatWasStoppedLongEnough() {
        create("runs");
        create("stopped");
        boxes.stop("stopped", GRACE);
        assertThat(boxes.gc(Duration.ofHours(1))).isZero();
        assertThat(boxes.gc(Duration.ZERO)).isEqualTo(1);
        assertThat(boxes.list(BoxFilter.ALL)).extracting(Box::name).containsExactly("runs");
    }

    @Test
    void aBoxThatCannotBeRemovedKeepsGcFromNoOtherAndIsAsItWas() throws Exception {
        create("first");
        Box stuck = create("stuck");
        create("last");
        for (String name : List.of("first", "stuck", "last")) {
            boxes.stop(name, GRACE);
        }
        // In the way of the name under which a record is put aside.
        Path obstacle = home.boxes().resolve(stuck.id()).resolve("box.json.removed");
        Files.createDirectories(obstacle.resolve("full"));
        assertThat(boxes.gc(Duration.ZERO)).isEqualTo(2);
        assertThat(boxes.list(BoxFilter.ALL)).extracting(Box::name).containsExactly("stuck");
        boxes.start("stuck");
        assertThat(boxes.running("stuck").box().name()).isEqualTo("stuck");
        boxes.stop("stuck", GRACE);
        Files.delete(obstacle.resolve("full"));
        Files.delete(obstacle);
        assertThat(boxes.gc(Duration.ZERO)).isEqualTo(1);
    }

    @Test
    void aStrictDaemonMakesNoBoxThatIsNotHeldInByAllLimits() {
        HostSize strict = new HostSize(BigDecimal.valueOf(4), 4096, BigDecimal.valueOf(2), BigDecimal.ONE, 512, true);
        create("web");
        boxes.stop("web", GRACE);
        boxes = new Boxes(engine, home, strict, Clock.systemUTC(), 0);
        boxes.open(new BoxListener() {
            @Override
            public void ended(BoxId box, String reason) {}

            @Override
            public void removed(BoxId box) {}
        });
        assertThatThrownBy(() -> create("other")).isInstanceOfSatisfying(ProblemException.class, problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.UNSUPPORTED);
            assertThat(problem.message()).contains("CPUs and memory and disk and processes", "BOXRUN_LIMITS=strict");
        });
        refused(ErrorCode.UNSUPPORTED, () -> boxes.start("web"));
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.STOPPED);
        assertThat(boxes.list(BoxFilter.ALL)).hasSize(1);
    }
}

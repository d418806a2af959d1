package boxrun.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.ExtendedBox;
import boxrun.api.Port;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.api.RenameBox;
import boxrun.api.Run;
import boxrun.api.Volume;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.FakeEngine;
import boxrun.daemon.engine.FakeMachine;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.PullListener;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.oci.ImageConfig;
import boxrun.json.Json;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BoxesTest {
    private static final HostSize HOST =
            new HostSize(BigDecimal.valueOf(4), 4096, BigDecimal.valueOf(2), BigDecimal.ONE, 512, false);

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Path directory;
    private final Home home;
    private final FakeMachine machine;
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private FakeEngine engine;
    private Boxes boxes;

    BoxesTest(@TempDir Path directory) {
        this.directory = directory;
        this.home = new Home(directory);
        this.machine = new FakeMachine(directory.resolve("disks"));
        this.engine = new FakeEngine(machine);
        this.boxes = new Boxes(engine, home, HOST, Clock.systemUTC());
    }

    /** As a daemon does that finds what a killed one has left. */
    @BeforeEach
    void restart() {
        machine.loseDaemon();
        engine = new FakeEngine(machine);
        boxes = new Boxes(engine, home, HOST, Clock.systemUTC());
        boxes.open(new BoxListener() {
            @Override
            public void ended(BoxId box, String reason) {
                told.add("ended " + box);
            }

            @Override
            public void removed(BoxId box) {
                told.add("removed " + box);
            }
        });
    }

    @AfterEach
    void end() {
        machine.clear();
    }

    private static LocalImage image(String reference, PullPolicy policy, PullListener progress) {
        if (reference.equals("missing")) {
            throw new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "there is no image missing");
        }
        Rootfs files = reference.equals("broken")
                ? new Rootfs.Directory(Path.of("/no/such/tree"))
                : new Rootfs.Layers(Path.of("/store"), List.of("a", "b"));
        ImageConfig.Defaults defaults = new ImageConfig.Defaults(List.of(), List.of("sh"), Map.of("A", "1"), "", "");
        return new LocalImage(reference, "sha256:1", defaults, files);
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
    void oneOfTwoCreatesOfOneNameWins() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        engine.beforeLaunch(box -> {
            first.countDown();
            await(goOn);
        });
        LinkedBlockingQueue<Box> created = new LinkedBlockingQueue<>();
        Thread.startVirtualThread(() -> created.add(create("web")));
        first.await();
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.CREATING);
        refused(ErrorCode.NAME_ALREADY_EXISTS, () -> create("web"));
        refused(ErrorCode.BOX_NOT_RUNNING, () -> boxes.running("web"));
        goOn.countDown();
        assertThat(created.take().status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(boxes.list(BoxFilter.ALL)).hasSize(1);
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
    void theBoxesOfAKilledDaemonAreAsTheyWere() {
        Box runs = create("runs");
        create("stopped");
        Box stopped = boxes.stop("stopped", GRACE);
        restart();
        assertThat(boxes.get("runs")).usingRecursiveComparison().isEqualTo(runs);
        assertThat(boxes.get("stopped")).usingRecursiveComparison().isEqualTo(stopped);
        assertThat(boxes.running("runs").defaults().env()).containsEntry("A", "1");
        assertThat(boxes.layersInUse()).containsExactlyInAnyOrder("a", "b");
        boxes.stop("runs", GRACE);
        boxes.start("stopped");
    }

    @Test
    void aBoxThatEndedWhileNoDaemonRanIsStopped() {
        Box box = create("web");
        machine.loseDaemon();
        machine.crash(new BoxId(box.id()));
        restart();
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.STOPPED);
        restart();
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.STOPPED);
    }

    @Test
    void aBoxThatRunsIsTakenOverWhateverItsRecordSays() throws Exception {
        Box box = create("web");
        Path record = home.boxes().resolve(box.id()).resolve("box.json");
        boxes.stop("web", GRACE);
        byte[] stopped = Files.readAllBytes(record);
        boxes.start("web");
        Files.write(record, stopped);
        restart();
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.RUNNING);
    }

    @Test
    void whatAKilledCreateAndRunLeftIsSwept() throws Exception {
        BoxId withoutDirectory = BoxId.random();
        machine.launch(withoutDirectory);
        BoxId withoutRecord = BoxId.random();
        Files.createDirectories(home.boxes().resolve(withoutRecord.value()).resolve("execs"));
        Box run = boxes.create(run(), BoxesTest::image, PullListener.NONE);
        restart();
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
        assertThat(machine.running()).isEmpty();
        assertNothingOf(withoutRecord.value());
        assertNothingOf(run.id());
    }

    @Test
    void aBoxWithADamagedRecordIsShownAndMayBeRemoved() throws Exception {
        Box box = create("web");
        create("other");
        boxes.stop("web", GRACE);
        Files.writeString(home.boxes().resolve(box.id()).resolve("box.json"), "{\"box\":");
        restart();
        assertThat(boxes.get(box.id()).status()).isEqualTo(BoxStatus.ERROR);
        assertThat(boxes.get(box.id()).errorMessage()).contains("cannot be read");
        refused(ErrorCode.RUNTIME_ERROR, () -> boxes.start(box.id()));
        assertThat(boxes.gc(Duration.ZERO)).isZero();
        assertThat(boxes.get("other").status()).isEqualTo(BoxStatus.RUNNING);
        boxes.remove(box.id(), false);
        assertNothingOf(box.id());
    }

    @Test
    void labelsPortsAndNamesSurviveTheDaemon() throws Exception {
        Box box = create(Json.WIRE.decode("""
                {"image": "x", "name": "web", "memory_mb": 1, "network": true, "pids": 7,
                 "labels": {"team": "a", "ci": ""},
                 "ports": [{"host_port": 0, "guest_port": 80}, {"host_port": 0, "guest_port": 81},
                           {"host_ip": "127.0.0.1", "host_port": 4711, "guest_port": 82}]}""", CreateBox.class));
        List<Port> ports = boxes.extended(BoxFilter.ALL).getFirst().ports();
        assertThat(ports).extracting(Port::guestPort).containsExactly(80, 81, 82);
        assertThat(ports).extracting(Port::hostIp).containsOnly("127.0.0.1");
        assertThat(ports)
                .extracting(Port::hostPort)
                .doesNotContain(0)
                .doesNotHaveDuplicates()
                .contains(4711);
        assertThat(boxes.rename("web", new RenameBox("shop")).name()).isEqualTo("shop");
        refused(ErrorCode.BOX_NOT_FOUND, () -> boxes.get("web"));
        restart();
        ExtendedBox after = boxes.extended(BoxFilter.ALL).getFirst();
        assertThat(after.box()).isEqualTo(boxes.get("shop")).returns(box.id(), Box::id);
        assertThat(after.labels()).isEqualTo(Map.of("team", "a", "ci", ""));
        assertThat(after.ports()).isEqualTo(ports);
        create("web");
        refused(ErrorCode.NAME_ALREADY_EXISTS, () -> boxes.rename("shop", new RenameBox("web")));
        assertThat(boxes.rename("shop", new RenameBox("shop")).name()).isEqualTo("shop");
        boxes.remove("shop", true);
        create("shop");
    }

    @Test
    void aRecordOfAVersionThatKnewNoLabelsIsRead() throws Exception {
        Box box = create("web");
        boxes.stop("web", GRACE);
        Path record = home.boxes().resolve(box.id()).resolve("box.json");
        String text = Files.readString(record);
        String older = text.replaceFirst(",\"options\":\\{.*?\\}(?=\\})", "").replaceFirst("\"ports\":\\[\\],?", "");
        assertThat(older).doesNotContain("options", "labels", "pids").hasSizeLessThan(text.length());
        Files.writeString(record, older);
        restart();
        assertThat(boxes.start("web").status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(boxes.extended(BoxFilter.ALL).getFirst().labels()).isEmpty();
    }

    @Test
    void aStrictDaemonMakesNoBoxThatIsNotHeldInByAllLimits() {
        HostSize strict = new HostSize(BigDecimal.valueOf(4), 4096, BigDecimal.valueOf(2), BigDecimal.ONE, 512, true);
        create("web");
        boxes.stop("web", GRACE);
        boxes = new Boxes(engine, home, strict, Clock.systemUTC());
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

    @Test
    void changesOfOneBoxWaitForEachOtherAndEndInAStateThatIsTrue() throws Exception {
        Box box = create("web");
        List<Thread> threads = new ArrayList<>();
        List<Throwable> strange = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 24; i++) {
            int kind = i % 3;
            threads.add(Thread.startVirtualThread(() -> {
                try {
                    switch (kind) {
                        case 0 -> boxes.stop("web", GRACE);
                        case 1 -> boxes.start("web");
                        default -> boxes.gc(Duration.ofDays(1));
                    }
                } catch (ProblemException refused) {
                    if (refused.code() == ErrorCode.RUNTIME_ERROR) {
                        strange.add(refused);
                    }
                } catch (RuntimeException e) {
                    strange.add(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(strange).isEmpty();
        boolean runs = boxes.get("web").status() == BoxStatus.RUNNING;
        assertThat(machine.running().contains(new BoxId(box.id()))).isEqualTo(runs);
    }

    @Test
    void removingABoxThatIsBeingCreatedWaitsForIt() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        engine.beforeLaunch(box -> {
            first.countDown();
            await(goOn);
        });
        Thread creating = Thread.startVirtualThread(() -> create("web"));
        first.await();
        Thread removing = Thread.startVirtualThread(() -> boxes.remove("web", true));
        goOn.countDown();
        creating.join();
        removing.join();
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
        assertThat(machine.running()).isEmpty();
    }

    @Test
    void aCreateWhoseThreadIsInterruptedLeavesNothing() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        engine.beforeLaunch(box -> {
            machine.launch(box);
            first.countDown();
            try {
                Thread.sleep(Duration.ofMinutes(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ProblemException(ErrorCode.RUNTIME_ERROR, "interrupted").because(e);
            }
        });
        List<Boolean> interruptedAfter = Collections.synchronizedList(new ArrayList<>());
        Thread creating = Thread.startVirtualThread(() -> {
            try {
                create("web");
            } catch (ProblemException e) {
                interruptedAfter.add(Thread.interrupted());
            }
        });
        first.await();
        creating.interrupt();
        creating.join();
        assertThat(interruptedAfter).containsExactly(true);
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
        assertThat(machine.running()).isEmpty();
        assertThat(directory.resolve("boxes")).isEmptyDirectory();
    }

    @Test
    void aRemovalIsNotDisturbedByAnInterrupt() throws Exception {
        Box box = create("web");
        CountDownLatch removing = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        engine.beforeDestroy(id -> {
            removing.countDown();
            try {
                interrupted.await();
            } catch (InterruptedException e) {
                throw new ProblemException(ErrorCode.RUNTIME_ERROR, "interrupted").because(e);
            }
        });
        List<Boolean> interruptedAfter = Collections.synchronizedList(new ArrayList<>());
        Thread remover = Thread.startVirtualThread(() -> {
            boxes.remove("web", true);
            interruptedAfter.add(Thread.interrupted());
        });
        removing.await();
        remover.interrupt();
        interrupted.countDown();
        remover.join();
        assertThat(interruptedAfter).hasSize(1);
        assertNothingOf(box.id());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Run run() {
        return new Run("x", List.of("true"), null, null, null, null, null, null, null, null, null, null, null, null);
    }

    private Box cpu(String cpu) {
        return create(new CreateBox("x", null, new BigDecimal(cpu), 1, null, null, null, null, null));
    }

    private Box create(String name) {
        return create("x", name, null);
    }

    private Box create(String image, String name, @Nullable Integer memoryMb) {
        return create(new CreateBox(image, name, null, memoryMb, null, null, null, null, null));
    }

    private Box create(CreateBox request) {
        return boxes.create(request, BoxesTest::image, PullListener.NONE);
    }

    private static CreateBox request(String name) {
        return new CreateBox("x", name, null, null, null, null, null, null, null);
    }

    private static CreateBox volume(Volume volume) {
        return new CreateBox("x", null, null, null, null, null, null, null, List.of(volume));
    }

    private static CreateBox labels(Map<String, String> labels) {
        return new CreateBox("x", null, null, null, null, null, null, null, null, labels, null, null, null);
    }

    private static CreateBox ports(boolean network, Port... ports) {
        return new CreateBox("x", null, null, null, null, network, null, null, null, null, List.of(ports), null, null);
    }

    private void says(String words, CreateBox request) {
        assertThatThrownBy(() -> create(request))
                .asInstanceOf(type(ProblemException.class))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                    assertThat(problem.message()).contains(words);
                });
    }

    private static void refused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .asInstanceOf(type(ProblemException.class))
                .extracting(ProblemException::code)
                .isEqualTo(code);
    }

    private void assertNothingOf(String box) {
        assertThat(home.boxes().resolve(box)).doesNotExist();
        assertThat(machine.running()).doesNotContain(new BoxId(box));
    }
}

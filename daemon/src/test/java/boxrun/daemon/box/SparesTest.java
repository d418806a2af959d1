package boxrun.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.api.Run;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.PullListener;
import boxrun.daemon.image.Rootfs;
import boxrun.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Boxes that are started in advance, two at most. */
@Timeout(60)
class SparesTest extends BoxesFixture {
    private final List<BoxId> launched = Collections.synchronizedList(new ArrayList<>());
    private final List<BoxId> destroyed = Collections.synchronizedList(new ArrayList<>());

    /** A clock that a test can put forward. */
    private static final class Dial extends Clock {
        private volatile Duration ahead = Duration.ZERO;

        void turn(Duration time) {
            ahead = ahead.plus(time);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    SparesTest(@TempDir Path directory) {
        super(directory, new Dial(), 2);
    }

    @BeforeEach
    void watch() {
        engine.beforeLaunch(launched::add);
        engine.beforeDestroy(destroyed::add);
    }

    @AfterEach
    void close() {
        boxes.close();
        assertThat(machine.running()).isEmpty();
    }

    private static Run run(String more) {
        String image = more.contains("image") ? "" : ",\"image\":\"x\"";
        return Json.WIRE.decode("{\"cmd\":[\"true\"]" + image + more + "}", Run.class);
    }

    private Box begin(String more) {
        return boxes.create(run(more), BoxesFixture::image, PullListener.NONE);
    }

    private void end(Box box) {
        boxes.remove(box.id(), true);
    }

    /** A whole run. */
    private BoxId ran(String more) {
        Box box = begin(more);
        end(box);
        return new BoxId(box.id());
    }

    /** The boxes that run and that nobody sees, when there are so many. */
    private Set<BoxId> spares(int count) throws InterruptedException {
        Set<BoxId> spares = unseen();
        while (spares.size() != count) {
            Thread.sleep(2);
            spares = unseen();
        }
        return spares;
    }

    private Set<BoxId> unseen() {
        Set<BoxId> unseen = new HashSet<>(machine.running());
        boxes.list(BoxFilter.ALL).forEach(box -> unseen.remove(new BoxId(box.id())));
        return unseen;
    }

    private BoxId spare() throws InterruptedException {
        return spares(1).iterator().next();
    }

    @Test
    void aRunTakesABoxThatRunsAndAnotherOneIsStartedAfterIt() throws Exception {
        BoxId first = ran("");
        BoxId spare = spare();
        assertThat(launched).containsExactly(first, spare);
        Box taken = begin("");
        assertThat(taken.id()).isEqualTo(spare.value());
        assertThat(taken.status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(boxes.running(taken.id()).defaults().env()).containsEntry("A", "1");
        assertThat(launched).hasSize(2);
        assertThat(unseen()).isEmpty();
        end(taken);
        assertThat(spare()).isNotIn(first, spare);
        assertThat(destroyed).containsExactly(first, spare);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"env\":{\"B\":\"2\"},\"workdir\":\"/tmp\",\"user\":\"1000\"",
                ",\"labels\":{\"a\":\"b\"},\"pull\":\"always\",\"timeout_ms\":5",
                ",\"memory_mb\":1024,\"disk_size_gb\":8,\"cpu\":2,\"pids\":512",
            })
    void whatBelongsToTheCommandOrIsTheDefaultMayBeSaid(String more) throws Exception {
        ran("");
        BoxId spare = spare();
        assertThat(ran(more)).isEqualTo(spare);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ",\"memory_mb\":1023",
                ",\"cpu\":1",
                ",\"disk_size_gb\":7",
                ",\"pids\":511",
                ",\"network\":true",
                ",\"name\":\"web\"",
                ",\"volumes\":[{\"host_path\":\"/usr\",\"guest_path\":\"/v\"}]",
                ",\"image\":\"y\"",
            })
    void aBoxThatIsOtherwiseIsMade(String more) throws Exception {
        ran("");
        BoxId spare = spare();
        Box other = begin(more);
        assertThat(other.id()).isNotEqualTo(spare.value());
        assertThat(unseen()).containsExactly(spare);
        end(other);
    }

    @Test
    void aBoxThatStaysIsMade() throws Exception {
        ran("");
        BoxId spare = spare();
        assertThat(create("web").id()).isNotEqualTo(spare.value());
        boxes.remove("web", true);
        assertThat(spare()).isEqualTo(spare);
    }

    @Test
    void nobodySeesOneAndItHoldsNoShareOfTheHost() throws Exception {
        ran(",\"memory_mb\":3000,\"cpu\":4");
        ran(",\"memory_mb\":3001,\"cpu\":4");
        for (BoxId spare : spares(2)) {
            refused(ErrorCode.BOX_NOT_FOUND, () -> boxes.get(spare.value()));
            refused(ErrorCode.BOX_NOT_FOUND, () -> boxes.remove(spare.value(), true));
            assertThat(boxes.isRunning(spare)).isFalse();
        }
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
        assertThat(boxes.running()).isEmpty();
        Box large = create(new CreateBox("x", null, null, 4096, null, null, null, null, null));
        refused(ErrorCode.RESOURCE_EXCEEDED, () -> begin(",\"memory_mb\":3000,\"cpu\":4"));
        boxes.remove(large.id(), true);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "directory"})
    void whatMayHaveChangedSinceIsNotStartedInAdvance(String kind) throws Exception {
        Rootfs files = kind.equals("host") ? new Rootfs.Host() : new Rootfs.Directory(directory);
        Box box = boxes.create(run(""), (reference, policy, progress) -> of(files), PullListener.NONE);
        end(box);
        BoxId after = ran(",\"memory_mb\":64");
        while (launched.size() < 3) {
            Thread.sleep(2);
        }
        assertThat(launched.subList(0, 2)).containsExactly(new BoxId(box.id()), after);
        assertThat(ran(",\"memory_mb\":64")).isEqualTo(launched.get(2));
    }

    private static LocalImage of(Rootfs files) {
        LocalImage usual = image("x", PullPolicy.MISSING, PullListener.NONE);
        return new LocalImage(usual.reference(), usual.digest(), usual.defaults(), files);
    }

    @Test
    void anImageThatIsAnotherOneNowIsNotRunInTheOldBox() throws Exception {
        ran("");
        BoxId spare = spare();
        destroyed.clear();
        Rootfs.Layers files = new Rootfs.Layers(Path.of("/store"), List.of("a", "c"));
        Box box = boxes.create(run(""), (reference, policy, progress) -> of(files), PullListener.NONE);
        assertThat(box.id()).isEqualTo(spare.value());
        assertThat(destroyed).containsExactly(spare);
        assertThat(launched.subList(1, launched.size())).containsExactly(spare, spare);
        assertThat(boxes.layersInUse()).containsExactlyInAnyOrder("a", "c");
        end(box);
    }

    @Test
    void oneThatHasDiedIsNotTakenAndIsRemoved() throws Exception {
        BoxId first = ran("");
        BoxId spare = spare();
        destroyed.clear();
        machine.crash(spare);
        while (Files.exists(home.boxes().resolve(spare.value())) || !destroyed.contains(spare)) {
            Thread.sleep(2);
        }
        // There is none until the next run.
        assertThat(launched).containsExactly(first, spare);
        BoxId next = ran("");
        assertThat(next).isNotEqualTo(spare);
        assertThat(spare()).isNotEqualTo(spare);
    }

    @Test
    void oneThatHasDiedUnnoticedIsMadeAnew() throws Exception {
        ran("");
        BoxId spare = spare();
        machine.loseDaemon();
        machine.crash(spare);
        Box box = begin("");
        assertThat(box.id()).isEqualTo(spare.value());
        assertThat(launched.subList(1, launched.size())).containsExactly(spare, spare);
        assertThat(machine.running()).containsExactly(spare);
        end(box);
    }

    @Test
    void theOneThatWasWantedLongestAgoGivesWay() throws Exception {
        Box held = begin(",\"memory_mb\":64");
        ran(",\"memory_mb\":64");
        BoxId one = spare();
        ran(",\"memory_mb\":65");
        Set<BoxId> others = spares(2);
        others.remove(one);
        // One like the first is wanted once more.
        end(held);
        ran(",\"memory_mb\":66");
        while (unseen().containsAll(others)) {
            Thread.sleep(2);
        }
        assertThat(spares(2)).contains(one);
    }

    @Test
    void oneThatNobodyWantsIsRemovedAfterAWhileAndNoOtherIsMade() throws Exception {
        // They take so long to be made that little is left of the time.
        engine.beforeLaunch(box -> {
            launched.add(box);
            ((Dial) clock).turn(Spares.KEPT.minusMillis(100));
        });
        BoxId first = ran("");
        while (launched.size() < 2) {
            Thread.sleep(2);
        }
        BoxId spare = launched.getLast();
        while (!destroyed.contains(spare) || Files.exists(home.boxes().resolve(spare.value()))) {
            Thread.sleep(2);
        }
        assertThat(launched).containsExactly(first, spare);
        assertThat(machine.running()).isEmpty();
    }

    @Test
    void oneThatIsBeingMadeIsWaitedForByTheRunThatTakesIt() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Box first = begin("");
        engine.beforeLaunch(box -> {
            launched.add(box);
            begun.countDown();
            await(goOn);
        });
        end(first);
        begun.await();
        LinkedBlockingQueue<Box> made = new LinkedBlockingQueue<>();
        Thread.startVirtualThread(() -> made.add(begin("")));
        awaitCreating();
        goOn.countDown();
        Box box = made.take();
        assertThat(launched).containsExactly(new BoxId(first.id()), new BoxId(box.id()));
        end(box);
    }

    /** Waits until a run has come as far as it comes without a box. */
    private void awaitCreating() throws InterruptedException {
        while (boxes.list(BoxFilter.ALL).isEmpty()) {
            Thread.sleep(2);
        }
    }

    @Test
    void aRunWhoseClientGoesAwayWhileItsBoxIsBeingMadeLeavesNothing() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Box first = begin("");
        engine.beforeLaunch(box -> {
            begun.countDown();
            await(goOn);
        });
        end(first);
        begun.await();
        LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
        Thread client = Thread.startVirtualThread(() -> {
            try {
                begin("");
            } catch (ProblemException e) {
                told.add(e.message());
            }
        });
        awaitCreating();
        client.interrupt();
        goOn.countDown();
        client.join();
        assertThat(told).singleElement().asString().endsWith("interrupted");
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
        assertThat(machine.running()).isEmpty();
        assertThat(home.boxes()).isEmptyDirectory();
    }

    @Test
    void whatCannotBeMadeInAdvanceIsTriedOnceAfterEachRunAndFailsNoRun() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(2);
        engine.beforeLaunch(box -> {
            launched.add(box);
            if (launched.size() % 2 == 0) {
                begun.countDown();
                if (launched.size() > 2) {
                    await(goOn);
                }
                throw new ProblemException(ErrorCode.RUNTIME_ERROR, "no room");
            }
        });
        BoxId first = ran("");
        while (launched.size() < 2
                || home.boxes().resolve(launched.get(1).value()).toFile().exists()) {
            Thread.sleep(2);
        }
        BoxId second = ran("");
        begun.await();
        // The run that waits for it makes its own box.
        LinkedBlockingQueue<Box> made = new LinkedBlockingQueue<>();
        Thread.startVirtualThread(() -> made.add(begin("")));
        awaitCreating();
        goOn.countDown();
        Box box = made.take();
        assertThat(machine.running()).containsExactly(new BoxId(box.id()));
        assertThat(launched).hasSize(5).contains(first, second).endsWith(new BoxId(box.id()));
        end(box);
    }

    @Test
    void noneKeepsLayersThatAreToBeRemoved() throws Exception {
        ran("");
        BoxId spare = spare();
        assertThat(boxes.layersInUse()).isEmpty();
        assertThat(machine.running()).isEmpty();
        assertNothingOf(spare.value());
        Box box = begin("");
        assertThat(boxes.layersInUse()).containsExactlyInAnyOrder("a", "b");
        end(box);
        spare();
    }

    @Test
    void theLayersOfOneThatARunHasTakenAreKeptWhileItsImageIsLookedUp() throws Exception {
        ran("");
        BoxId spare = spare();
        List<Set<String>> layers = new ArrayList<>();
        Box box = boxes.create(
                run(""),
                (reference, policy, progress) -> {
                    layers.add(boxes.layersInUse());
                    return image(reference, policy, progress);
                },
                PullListener.NONE);
        assertThat(box.id()).isEqualTo(spare.value());
        assertThat(layers).containsExactly(Set.of("a", "b"));
        end(box);
    }

    @Test
    void aRunThatIsRefusedLeavesNothingOfTheOneItHasTaken() throws Exception {
        ran("");
        BoxId spare = spare();
        assertThatThrownBy(() -> boxes.create(
                        run(""),
                        (reference, policy, progress) -> {
                            throw new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "there is no image x");
                        },
                        PullListener.NONE))
                .hasMessage("there is no image x");
        assertThat(machine.running()).isEmpty();
        assertNothingOf(spare.value());
    }

    @Test
    void theEndOfTheDaemonLeavesNoneAndItsDeathLeavesThemToTheNext() throws Exception {
        Box held = begin("");
        ran(",\"memory_mb\":64");
        BoxId spare = spare();
        boxes.close();
        assertNothingOf(spare.value());
        end(held);
        assertThat(machine.running()).isEmpty();
        restart();
        ran("");
        BoxId killed = spare();
        restart();
        assertNothingOf(killed.value());
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
    }
}

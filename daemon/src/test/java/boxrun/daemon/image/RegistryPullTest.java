package boxrun.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.api.PullProgress;
import boxrun.daemon.registry.RegistrySettings;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.RegistryFront;
import boxrun.daemon.testing.RegistryFront.Fate;
import boxrun.daemon.testing.RegistryServer;
import boxrun.daemon.testing.TarBuilder;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real registry, through a front that fails on demand. */
@Timeout(60)
class RegistryPullTest {
    private static final int BIG = 3_000_000;

    @TempDir
    private static Path shared;

    private static RegistryServer registry;
    private static RegistryFront front;
    private static String manifest = "";
    private static String blob = "";

    @TempDir
    private Path state;

    @RegisterExtension
    private final ImageStoreFixture stores = new ImageStoreFixture();

    @BeforeAll
    static void start() throws Exception {
        registry = RegistryServer.start(shared.resolve("registry"));
        front = RegistryFront.before(registry.host());
        OciLayoutBuilder layout = new OciLayoutBuilder(shared.resolve("three"));
        layout.layer(new TarBuilder().file("a", "lower").build(), Compression.GZIP);
        layout.layer(new TarBuilder().file("a", "upper").build(), Compression.ZSTD);
        byte[] content = new byte[BIG];
        new Random(1).nextBytes(content);
        layout.layer(new TarBuilder().file("big", content, entry -> {}).build(), Compression.NONE);
        manifest = layout.tag("1");
        blob = layout.blobs().getLast();
        registry.push("oci:" + shared.resolve("three") + ":1", "team/three:1", "--preserve-digests");
    }

    @AfterAll
    static void stop() {
        front.close();
        registry.close();
    }

    private Images images() {
        return stores.open(state);
    }

    private LocalImage pull(Images images) {
        return images.resolve(front.host() + "/team/three:1", PullPolicy.MISSING, PullListener.NONE);
    }

    private static ProblemException problem(Runnable action) {
        try {
            action.run();
        } catch (ProblemException e) {
            return e;
        }
        throw new AssertionError("nothing failed");
    }

    private static void assertWhole(LocalImage image) throws Exception {
        assertThat(ImageStoreFixture.layer(image, 0).resolve("a")).hasContent("lower");
        assertThat(ImageStoreFixture.layer(image, 1).resolve("a")).hasContent("upper");
        assertThat(Files.size(ImageStoreFixture.layer(image, 2).resolve("big"))).isEqualTo(BIG);
    }

    private void assertNothingIsLeft() throws Exception {
        assertThat(state.resolve("tmp")).isEmptyDirectory();
        assertThat(state.resolve("references")).isEmptyDirectory();
    }

    @Test
    void anImageIsPulledWithItsLayersInOrder() throws Exception {
        front.fates((path, number) -> RegistryFront.pass());
        List<PullProgress> progress = new ArrayList<>();
        LocalImage image = images().resolve(front.host() + "/team/three:1", PullPolicy.MISSING, step -> {
            synchronized (progress) {
                progress.add(step);
            }
        });
        assertWhole(image);
        assertThat(image.digest()).isEqualTo(manifest);
        assertThat(image.defaults().env()).isEqualTo(Map.of("PATH", "/bin", "LANG", "C"));
        assertThat(image.defaults().workdir()).isEqualTo("/srv");
        assertThat(progress.getFirst().phase()).isEqualTo(PullProgress.Phase.RESOLVING);
        assertThat(progress.getLast()).isEqualTo(new PullProgress(PullProgress.Phase.DONE, null, 0, 0));
        assertThat(progress)
                .anyMatch(step -> blob.equals(step.layer()) && step.current() > BIG && step.current() == step.total());
        assertThat(state.resolve("partial")).isEmptyDirectory();
    }

    @Test
    void anImageThatIsThereIsNotAskedForAgain() {
        front.fates((path, number) -> RegistryFront.pass());
        pull(images());
        front.fates((path, number) -> new Fate.Status(500));
        Images later = images();
        pull(later);
        assertThat(later.resolve(front.host() + "/team/three:1", PullPolicy.NEVER, PullListener.NONE)
                        .digest())
                .isEqualTo(manifest);
        assertThat(front.seen("/v2/")).isEmpty();
        assertThat(later.list()).singleElement().satisfies(image -> {
            assertThat(image.reference()).isEqualTo(front.host() + "/team/three:1");
            assertThat(image.layers()).isEqualTo(3);
            assertThat(image.size()).isEqualTo(BIG + 10);
        });
    }

    @Test
    void pullingAlwaysAsksForTheManifestAndFetchesNoLayerTwice() {
        front.fates((path, number) -> RegistryFront.pass());
        Images images = images();
        pull(images);
        front.fates((path, number) -> RegistryFront.pass());
        images.resolve(front.host() + "/team/three:1", PullPolicy.ALWAYS, PullListener.NONE);
        assertThat(front.seen("/manifests/")).hasSize(1);
        assertThat(front.seen(blob)).isEmpty();
    }

    @Test
    void aBrokenTransferGoesOnWhereItStopped() throws Exception {
        front.fates(
                (path, number) -> path.endsWith(blob) && number == 1 ? new Fate.Cut(1_000_000) : RegistryFront.pass());
        assertWhole(pull(images()));
        assertThat(front.seen(blob)).hasSize(2);
        assertThat(front.seen(blob).getLast().range())
                .hasValueSatisfying(range -> assertThat(range).matches("bytes=[1-9]\\d+-\\d+"));
    }

    @Test
    void aTransferThatBrokeForGoodGoesOnAfterARestart() throws Exception {
        front.fates((path, number) -> path.endsWith(blob)
                ? number == 1 ? new Fate.Cut(1_000_000) : new Fate.Status(404)
                : RegistryFront.pass());
        Images first = images();
        assertThat(problem(() -> pull(first)).code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
        assertNothingIsLeft();
        front.fates((path, number) -> RegistryFront.pass());
        assertWhole(pull(images()));
        assertThat(front.seen(blob))
                .singleElement()
                .satisfies(request -> assertThat(request.range()).isPresent());
    }

    @Test
    void whatWasKeptOfABrokenTransferIsFetchedAgainWhenItIsDamaged() throws Exception {
        front.fates((path, number) -> RegistryFront.pass());
        Images images = images();
        Path kept = state.resolve("partial").resolve(blob.substring("sha256:".length()));
        Files.write(kept, new byte[5000]);
        assertWhole(pull(images));
        assertThat(front.seen(blob)).hasSize(2);
    }

    @Test
    void aBusyRegistryIsAskedAgain() throws Exception {
        front.fates((path, number) -> number == 1 ? new Fate.Status(503) : RegistryFront.pass());
        assertWhole(pull(images()));
    }

    @Test
    void aTransferThatStandsStillIsBrokenOff() throws Exception {
        front.fates((path, number) -> path.endsWith(blob) && number == 1 ? new Fate.Stall() : RegistryFront.pass());
        assertWhole(pull(images()));
    }

    @Test
    void aRegistryThatFailsIsNamedWithItsAnswer() throws Exception {
        front.fates((path, number) -> new Fate.Status(500));
        ProblemException problem = problem(() -> pull(images()));
        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
        assertThat(problem.message())
                .isEqualTo("could not pull the manifest of " + front.host() + "/team/three:1 from http://"
                        + front.host() + ": it answered 500");
        assertThat(problem.hint()).isPresent();
        assertNothingIsLeft();
    }

    @Test
    void anImageThatIsNotThereIsNotFound() {
        front.fates((path, number) -> RegistryFront.pass());
        ProblemException problem =
                problem(() -> images().resolve(front.host() + "/team/none:1", PullPolicy.MISSING, PullListener.NONE));
        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
        assertThat(problem.message()).contains(front.host() + "/team/none:1", "404", "manifest unknown");
    }

    @Test
    void aRegistryThatIsDownIsUnreachable() throws Exception {
        String host = "127.0.0.1:" + RegistryServer.freePort();
        ProblemException problem =
                problem(() -> images().resolve(host + "/x:1", PullPolicy.MISSING, PullListener.NONE));
        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
        assertThat(problem.message())
                .isEqualTo("could not pull the manifest of " + host + "/x:1 from http://" + host
                        + ": the connection was refused");
        assertThat(problem.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("BOXRUN_REGISTRY_MIRRORS"));
    }

    @Test
    void aHostThatDoesNotExistIsSaidNotToExist() {
        ProblemException problem =
                problem(() -> images().resolve("no-such-host.invalid/x:1", PullPolicy.MISSING, PullListener.NONE));
        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
        assertThat(problem.message()).contains("https://no-such-host.invalid", "no host of that name");
    }

    @Test
    void aMirrorIsAskedFirstAndTheRegistryWhenItFails() throws Exception {
        front.fates((path, number) -> new Fate.Status(404));
        RegistrySettings settings = new RegistrySettings(
                Map.of(registry.host(), List.of(URI.create("http://" + front.host()))),
                Set.of(),
                Map.of(),
                ImageStoreFixture.HASTE);
        Images images = stores.open(state, settings);
        assertWhole(images.resolve(registry.host() + "/team/three:1", PullPolicy.MISSING, PullListener.NONE));
        assertThat(front.seen("/manifests/")).hasSize(1);
    }

    @Test
    void aMirrorServesShortNames() throws Exception {
        front.fates((path, number) -> RegistryFront.pass());
        registry.push("oci:" + shared.resolve("three") + ":1", "library/short:1");
        RegistrySettings settings = RegistrySettings.parse("docker.io=http://" + front.host(), "", Map.of());
        Images images = stores.open(state, settings);
        LocalImage image = images.resolve("short:1", PullPolicy.MISSING, PullListener.NONE);
        assertThat(image.reference()).isEqualTo("docker.io/library/short:1");
        assertThat(front.seen("/v2/library/short/manifests/1")).hasSize(1);
    }

    @Test
    void aDamagedBlobIsRefusedByItsDigest() throws Exception {
        OciLayoutBuilder layout = new OciLayoutBuilder(shared.resolve("flipped"));
        layout.layer(new TarBuilder().file("f", "x".repeat(5000)).build(), Compression.GZIP);
        layout.tag("1");
        registry.push("oci:" + shared.resolve("flipped") + ":1", "team/flipped:1", "--preserve-digests");
        Path stored = registry.blob(layout.blobs().getFirst());
        byte[] bytes = Files.readAllBytes(stored);
        bytes[bytes.length / 2] ^= 0x40;
        Files.write(stored, bytes);
        ProblemException problem = problem(
                () -> images().resolve(registry.host() + "/team/flipped:1", PullPolicy.MISSING, PullListener.NONE));
        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_PULL_FAILED);
        assertThat(problem.message())
                .startsWith("could not pull layer " + layout.blobs().getFirst())
                .contains("has the digest sha256:");
        assertNothingIsLeft();
        assertThat(state.resolve("partial")).isEmptyDirectory();
    }

    @Test
    void twoPullsOfOneLayerShareOneDownload() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        front.fates((path, number) -> {
            if (path.endsWith(blob)) {
                started.countDown();
                awaitQuietly(release);
            }
            return RegistryFront.pass();
        });
        Images images = images();
        List<LocalImage> pulled = new CopyOnWriteArrayList<>();
        Thread first = Thread.ofVirtual().start(() -> pulled.add(pull(images)));
        started.await();
        Thread second = Thread.ofVirtual()
                .start(() -> pulled.add(images.resolve(
                        front.host() + "/team/three@" + manifest, PullPolicy.MISSING, PullListener.NONE)));
        while (front.seen(manifest).isEmpty()) {
            Thread.sleep(5);
        }
        release.countDown();
        first.join();
        second.join();
        assertThat(pulled).hasSize(2);
        assertThat(front.seen(blob)).hasSize(1);
        assertThat(images.list()).hasSize(2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anInterruptCancelsAPullAndLeavesNothingHalfUnpacked() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        front.fates((path, number) -> {
            if (path.endsWith(blob)) {
                stalled.countDown();
                return new Fate.Stall();
            }
            return RegistryFront.pass();
        });
        Images images = images();
        List<ProblemException> failures = new CopyOnWriteArrayList<>();
        Thread puller = Thread.ofVirtual().start(() -> failures.add(problem(() -> pull(images))));
        stalled.await();
        puller.interrupt();
        puller.join();
        assertThat(failures)
                .singleElement()
                .satisfies(failure -> assertThat(failure.message()).endsWith("was cancelled"));
        assertNothingIsLeft();
        front.fates((path, number) -> RegistryFront.pass());
        assertWhole(pull(images));
    }

    @Test
    void anotherWaiterTakesOverFromACancelledPull() throws Exception {
        CountDownLatch stalled = new CountDownLatch(1);
        front.fates((path, number) -> {
            if (path.endsWith(blob) && number == 1) {
                stalled.countDown();
                return new Fate.Stall();
            }
            return RegistryFront.pass();
        });
        Images images = images();
        Thread puller = Thread.ofVirtual().start(() -> problem(() -> pull(images)));
        stalled.await();
        List<LocalImage> second = new CopyOnWriteArrayList<>();
        Thread waiter = Thread.ofVirtual()
                .start(() -> second.add(images.resolve(
                        front.host() + "/team/three@" + manifest, PullPolicy.MISSING, PullListener.NONE)));
        while (front.seen(manifest).isEmpty()) {
            Thread.sleep(5);
        }
        puller.interrupt();
        puller.join();
        waiter.join();
        assertThat(second).hasSize(1);
        assertWhole(second.getFirst());
    }

    @Test
    void theImageOfThisMachineIsChosenFromAnIndex() throws Exception {
        Path index = shared.resolve("index");
        OciLayoutBuilder other = new OciLayoutBuilder(index).architecture("s390x");
        other.layer(new TarBuilder().file("arch", "other").build(), Compression.GZIP);
        String foreign = other.tag("other");
        long foreignSize = Files.size(index.resolve("blobs/sha256/" + foreign.substring(7)));
        OciLayoutBuilder own = new OciLayoutBuilder(index);
        own.layer(new TarBuilder().file("arch", "own").build(), Compression.GZIP);
        String mine = own.tag("own");
        long mineSize = Files.size(index.resolve("blobs/sha256/" + mine.substring(7)));
        String machine = System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
        byte[] list = ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                        + entry(foreign, foreignSize, "s390x") + "," + entry(mine, mineSize, machine) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        String digest = OciLayoutBuilder.digest(list);
        Files.write(index.resolve("blobs/sha256/" + digest.substring(7)), list);
        Files.writeString(
                index.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"digest\":\""
                        + digest + "\",\"size\":" + list.length
                        + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"all\"}}]}");
        registry.push("oci:" + index + ":all", "team/index:1", "--all", "--preserve-digests");
        LocalImage image = images().resolve(registry.host() + "/team/index:1", PullPolicy.MISSING, PullListener.NONE);
        assertThat(image.digest()).isEqualTo(mine);
        assertThat(ImageStoreFixture.layer(image, 0).resolve("arch")).hasContent("own");
        ProblemException wrong = problem(() ->
                images().resolve(registry.host() + "/team/index@" + foreign, PullPolicy.MISSING, PullListener.NONE));
        assertThat(wrong.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
        assertThat(wrong.message()).contains("is not there for linux/" + machine);
        assertThat(wrong.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("linux/s390x"));
    }

    private static String entry(String digest, long size, String architecture) {
        return "{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":\"" + digest + "\",\"size\":"
                + size + ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}}";
    }

    @Test
    void imagesInDockersFormatArePulledToo() throws Exception {
        OciLayoutBuilder layout = new OciLayoutBuilder(shared.resolve("old"));
        layout.layer(new TarBuilder().file("f", "x").build(), Compression.GZIP);
        layout.tag("1");
        registry.push("oci:" + shared.resolve("old") + ":1", "team/old:1", "--format", "v2s2");
        LocalImage image = images().resolve(registry.host() + "/team/old:1", PullPolicy.MISSING, PullListener.NONE);
        assertThat(ImageStoreFixture.layer(image, 0).resolve("f")).hasContent("x");
    }
}

package boxrun.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.ErrorCode;
import boxrun.api.Image;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.TarBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images on this machine's disk, as skopeo (and so docker and podman) writes them. */
@Timeout(60)
class LocalImageTest {
    @TempDir
    private static Path shared;

    @TempDir
    private Path state;

    @RegisterExtension
    private final ImageStoreFixture stores = new ImageStoreFixture();

    @BeforeAll
    static void writeArchives() throws Exception {
        Path layout = shared.resolve("layout");
        new OciLayoutBuilder(layout)
                .layer(new TarBuilder().file("a", "lower").build(), Compression.GZIP)
                .layer(new TarBuilder().file("b", "upper").build(), Compression.GZIP)
                .tag("1");
        String source = "oci:" + layout + ":1";
        Programs.run("skopeo", "copy", "-q", source, "docker-archive:" + shared.resolve("docker.tar") + ":team/app:1");
        Programs.run("skopeo", "copy", "-q", source, "oci-archive:" + shared.resolve("oci.tar") + ":app");
        Programs.run("gzip", "-k", "" + shared.resolve("docker.tar"));
        Path other = shared.resolve("arm");
        new OciLayoutBuilder(other)
                .architecture("s390x")
                .layer(new TarBuilder().file("a", "other").build(), Compression.NONE)
                .tag("1");
    }

    private LocalImage resolve(String reference) {
        return stores.open(state).resolve(reference, PullPolicy.MISSING, PullListener.NONE);
    }

    private static ProblemException problem(Runnable action) {
        try {
            action.run();
        } catch (ProblemException e) {
            assertThat(e.message().lines()).hasSize(1);
            assertThat(e.hint()).as(e.message()).isPresent();
            return e;
        }
        throw new AssertionError("nothing failed");
    }

    private void assertNothingIsLeft() {
        assertThat(state.resolve("tmp")).isEmptyDirectory();
        assertThat(state.resolve("references")).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker-archive:%s/docker.tar",
                "docker-archive:%s/docker.tar:team/app:1",
                "docker-archive:%s/docker.tar:docker.io/team/app:1",
                "docker-archive:%s/docker.tar.gz",
                "oci-archive:%s/oci.tar",
                "oci-archive:%s/oci.tar:app",
                "oci:%s/layout",
                "oci:%s/layout:1",
            })
    void anImageIsTakenFromTheDisk(String reference) {
        LocalImage image = resolve(reference.formatted(shared));
        assertThat(ImageStoreFixture.layer(image, 0).resolve("a")).hasContent("lower");
        assertThat(ImageStoreFixture.layer(image, 1).resolve("b")).hasContent("upper");
        assertThat(image.defaults().env()).isEqualTo(Map.of("PATH", "/bin", "LANG", "C"));
        assertThat(image.defaults().workdir()).isEqualTo("/srv");
        assertThat(state.resolve("tmp")).isEmptyDirectory();
    }

    @Test
    void anArchiveIsReadAgainWhenItHasChanged() throws Exception {
        Path layout = state.resolve("changing");
        new OciLayoutBuilder(layout)
                .layer(new TarBuilder().file("a", "one").build(), Compression.NONE)
                .tag("1");
        Images images = stores.open(state);
        String reference = "oci:" + layout + ":1";
        LocalImage before = images.resolve(reference, PullPolicy.MISSING, PullListener.NONE);
        new OciLayoutBuilder(layout)
                .layer(new TarBuilder().file("a", "two").build(), Compression.NONE)
                .tag("1");
        LocalImage after = images.resolve(reference, PullPolicy.MISSING, PullListener.NONE);
        assertThat(ImageStoreFixture.layer(before, 0).resolve("a")).hasContent("one");
        assertThat(ImageStoreFixture.layer(after, 0).resolve("a")).hasContent("two");
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.tar", "docker.tar.gz", "oci.tar"})
    void anArchiveIsLoadedUnderItsNamesAndRemovedWithItsLayers(String archive) throws IOException {
        Image loaded = load(shared.resolve(archive)).getFirst();
        assertThat(loaded.reference())
                .isEqualTo(archive.startsWith("docker") ? "docker.io/team/app:1" : "docker.io/library/app:latest");
        assertThat(stores.open(state)
                        .resolve(loaded.reference(), PullPolicy.NEVER, PullListener.NONE)
                        .digest())
                .isEqualTo(loaded.digest());
        // A store that has just handed an image out keeps its layers for a moment longer.
        Images images = stores.open(state);
        images.remove(loaded.reference());
        assertThat(images.list()).isEmpty();
        assertThat(state.resolve("layers")).isEmptyDirectory();
        assertNothingIsLeft();
    }

    @ParameterizedTest
    @ValueSource(strings = {"docker.tar", "docker.tar.gz", "oci.tar"})
    void anArchiveThatIsCutOffIsRefusedAndLeavesNothing(String archive) throws IOException {
        byte[] whole = Files.readAllBytes(shared.resolve(archive));
        for (int length : new int[] {0, 1, 511, 700, whole.length / 3, whole.length / 2}) {
            Path cut = Files.write(state.resolve("cut.tar"), Arrays.copyOf(whole, length));
            String form = archive.startsWith("oci") ? "oci-archive:" : "docker-archive:";
            assertThat(problem(() -> resolve(form + cut)).code())
                    .as("%d bytes of %s", length, archive)
                    .isIn(ErrorCode.VALIDATION_ERROR);
            assertThat(problem(() -> load(cut)).code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
            assertNothingIsLeft();
        }
    }

    private List<Image> load(Path archive) {
        try (Images images = stores.open(state);
                InputStream stream = Files.newInputStream(archive)) {
            return images.load(stream, PullListener.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aFileThatIsMissingOrOfAnotherKindIsNamed() {
        assertThat(problem(() -> resolve("docker-archive:/no/such.tar")).message())
                .isEqualTo("image: there is no /no/such.tar");
        assertThat(problem(() -> resolve("oci:/no/such/dir")).message()).isEqualTo("image: there is no /no/such/dir");
        assertThat(problem(() -> resolve("docker-archive:" + shared.resolve("layout")))
                        .message())
                .endsWith("it is a directory");
        assertThat(problem(() -> resolve("oci:" + shared.resolve("docker.tar"))).message())
                .endsWith("it is not a directory");
        assertThat(problem(() -> resolve("oci-archive:" + shared.resolve("docker.tar")))
                        .message())
                .contains("index.json");
        assertThat(problem(() -> resolve("rootfs:/no/such/root")).message())
                .isEqualTo("image: there is no directory /no/such/root");
        assertThat(problem(() -> resolve("rootfs:" + shared.resolve("docker.tar")))
                        .message())
                .endsWith("is not a directory");
        assertNothingIsLeft();
    }

    @Test
    void anImageThatIsNotInItIsNotFoundAndThoseThatAreAreNamed() {
        ProblemException problem = problem(() -> resolve("oci:" + shared.resolve("layout") + ":2"));
        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
        assertThat(problem.hint()).hasValueSatisfying(hint -> assertThat(hint).endsWith(": 1"));
    }

    @Test
    void aFullNameInALayoutIsLoadedAndTheBareTagBesideItIsNone() throws Exception {
        Path layout = state.resolve("named");
        new OciLayoutBuilder(layout)
                .layer(new TarBuilder().file("a", "x").build(), Compression.NONE)
                .tag("24.04\",\"io.containerd.image.name\":\"registry.example/team/app:24.04");
        Path archive = state.resolve("named.tar");
        Programs.run("tar", "-C", layout.toString(), "-cf", archive.toString(), ".");
        assertThat(load(archive)).extracting(Image::reference).containsExactly("registry.example/team/app:24.04");
    }

    @Test
    void anImageForAnotherKindOfMachineIsNotFound() {
        ProblemException problem = problem(() -> resolve("oci:" + shared.resolve("arm") + ":1"));
        assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND);
        assertThat(problem.message()).contains("no image for this machine");
    }

    @Test
    void aBlobThatWasChangedIsFoundOutByItsDigest() throws Exception {
        Path layout = state.resolve("damaged");
        OciLayoutBuilder builder = new OciLayoutBuilder(layout)
                .layer(new TarBuilder().file("a", "x".repeat(3000)).build(), Compression.NONE);
        builder.tag("1");
        Path blob = layout.resolve("blobs/sha256")
                .resolve(builder.blobs().getFirst().substring("sha256:".length()));
        byte[] bytes = Files.readAllBytes(blob);
        bytes[1000] ^= 1;
        Files.write(blob, bytes, StandardOpenOption.TRUNCATE_EXISTING);
        ProblemException problem = problem(() -> resolve("oci:" + layout + ":1"));
        assertThat(problem.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
        assertThat(problem.message()).contains("its content has the digest sha256:");
        assertNothingIsLeft();
    }
}

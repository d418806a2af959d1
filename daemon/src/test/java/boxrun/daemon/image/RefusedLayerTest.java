package boxrun.daemon.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Layers that no honest tool writes: each is refused in one sentence that names the entry, and leaves nothing. */
@Timeout(60)
class RefusedLayerTest {
    /** What a hostile layer would like to change. */
    private static final String MARKER = "marker";

    @TempDir
    private Path directory;

    @RegisterExtension
    private final ImageStoreFixture stores = new ImageStoreFixture();

    private Path state = Path.of("");

    @BeforeEach
    void putAMarkerBesideTheStore() throws IOException {
        state = directory.resolve("images");
        Files.writeString(directory.resolve(MARKER), "untouched");
    }

    static Stream<Arguments> hostile() {
        return Stream.of(
                arguments(new TarBuilder().file("../" + MARKER, "evil"), "the entry ../marker leads out of the layer"),
                arguments(
                        new TarBuilder().file("a/../../" + MARKER, "evil"),
                        "the entry a/../../marker leads out of the layer"),
                arguments(new TarBuilder().file("/etc/passwd", "evil"), "the entry /etc/passwd is an absolute path"),
                arguments(
                        new TarBuilder().symlink("out", "/tmp").file("out/" + MARKER, "evil"),
                        "cannot reach a file below out: it is a link or a file, not a directory"),
                arguments(
                        new TarBuilder().symlink("out", "..").file("out/" + MARKER, "evil"),
                        "cannot reach a file below out: it is a link or a file, not a directory"),
                arguments(
                        new TarBuilder()
                                .directory("d/", 0755)
                                .symlink("d/out", "../..")
                                .file("d/out/x/" + MARKER, "evil"),
                        "cannot reach a file below d/out: it is a link or a file, not a directory"),
                arguments(
                        new TarBuilder().link("stolen", "../" + MARKER),
                        "the target of the hard link stolen, ../marker leads out of the layer"),
                arguments(
                        new TarBuilder().link("stolen", "/etc/shadow"),
                        "the target of the hard link stolen, /etc/shadow is an absolute path"),
                arguments(new TarBuilder().symlink("out", "/etc").link("stolen", "out/shadow"), "cannot reach "),
                arguments(new TarBuilder().link("a", "missing"), "cannot make the hard link a to missing"),
                arguments(new TarBuilder().file(".wh...", ""), "the entry .wh... removes nothing that can be removed"),
                arguments(new TarBuilder().file("d/.wh.", ""), "the entry d/.wh. removes nothing that can be removed"),
                arguments(
                        new TarBuilder().entry("./", TarConstants.LF_SYMLINK, new byte[0], e -> e.setLinkName("/")),
                        "its root is not a directory"),
                arguments(
                        new TarBuilder().file("a", new byte[0], entry -> entry.setIds(1 << 30, 0)),
                        "the entry a belongs to 1073741824:0, and boxes have the ids 0 to "),
                arguments(
                        new TarBuilder().entry("odd", (byte) 'Z', new byte[0], e -> {}), "the entry odd is of a kind"),
                arguments(new TarBuilder().file("n".repeat(256), ""), " has a name of more than 255 bytes"));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileLayerIsRefusedAndLeavesNothing(TarBuilder tar, String reason) throws IOException {
        assertRefused(tar.build(), reason, LayerLimits.USUAL);
    }

    @Test
    void aLayerThatIsCutOffIsDamaged() throws IOException {
        byte[] whole = new TarBuilder().file("a", "x".repeat(5000)).build();
        assertRefused(Arrays.copyOf(whole, 3000), "it is damaged or cut off: ", LayerLimits.USUAL);
    }

    @Test
    void whatIsNoTarIsDamaged() throws IOException {
        assertRefused(
                "no tar at all ".repeat(100).getBytes(UTF_8),
                "it is not a tar archive, or a damaged one",
                LayerLimits.USUAL);
    }

    @Test
    void aBombIsBoundedByItsBytes() throws IOException {
        byte[] tar =
                new TarBuilder().file("zeros", new byte[5 << 20], entry -> {}).build();
        assertThat(OciLayoutBuilder.compress(tar, Compression.GZIP)).hasSizeLessThan(10_000);
        assertRefused(tar, "bytes", new LayerLimits(100, 1 << 20));
    }

    @Test
    void aLayerOfTooManyEntriesIsBounded() throws IOException {
        TarBuilder tar = new TarBuilder();
        for (int i = 0; i < 101; i++) {
            tar.file("f" + i, "");
        }
        assertRefused(tar.build(), "it has more than 100 entries", new LayerLimits(100, 1 << 20));
    }

    private void assertRefused(byte[] tar, String reason, LayerLimits limits) throws IOException {
        Path layout = directory.resolve("layout");
        new OciLayoutBuilder(layout).layer(tar, Compression.GZIP).tag("1");
        Images images = stores.open(state, ImageStoreFixture.settings(java.util.Map.of()), limits, Set::of);
        ProblemException problem = problem(images, "oci:" + layout + ":1");
        assertThat(problem.code()).as(problem.message()).isEqualTo(ErrorCode.VALIDATION_ERROR);
        assertThat(problem.message())
                .startsWith("image: cannot read layer sha256:")
                .contains(reason);
        assertThat(problem.message().lines()).hasSize(1);
        assertThat(problem.hint()).isPresent();
        assertThat(directory.resolve(MARKER)).hasContent("untouched");
        assertThat(state.resolve("tmp")).isEmptyDirectory();
        assertThat(state.resolve("references")).isEmptyDirectory();
        assertThat(state.resolve("layers")).isEmptyDirectory();
    }

    private static ProblemException problem(Images images, String reference) {
        try {
            images.resolve(reference, PullPolicy.MISSING, PullListener.NONE);
        } catch (ProblemException e) {
            return e;
        }
        throw new AssertionError("nothing failed");
    }
}

package boxrun.daemon.image;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.PullPolicy;
import boxrun.daemon.launcher.IdMap;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.Stat;
import boxrun.daemon.testing.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a layer looks like in the store: all that an honest tar says of its files, for the ids of boxes. */
@Timeout(60)
class UnpackedLayerTest {
    private static final IdMap IDS = ImageStoreFixture.launcher().ids();

    @TempDir
    private Path directory;

    @RegisterExtension
    private final ImageStoreFixture stores = new ImageStoreFixture();

    private Path unpack(TarBuilder tar) throws IOException {
        return unpack(tar.build(), Compression.NONE);
    }

    private Path unpack(byte[] tar, Compression compression) throws IOException {
        Path layout = directory.resolve("layout");
        new OciLayoutBuilder(layout).layer(tar, compression).tag("1");
        LocalImage image = stores.open(directory.resolve("images"))
                .resolve("oci:" + layout + ":1", PullPolicy.MISSING, PullListener.NONE);
        return ImageStoreFixture.layer(image, 0);
    }

    private static void assertOwner(Path file, long uid, long gid, int mode) throws IOException {
        Stat found = Stat.of(file);
        assertThat(found.uid()).as("uid").isEqualTo(IDS.rootUser() + uid);
        assertThat(found.gid()).as("gid").isEqualTo(IDS.rootGroup() + gid);
        assertThat(found.permissions()).as("mode").isEqualTo(mode);
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    private static List<String> attributeNames(Path file) throws IOException {
        return Files.getFileAttributeView(file, UserDefinedFileAttributeView.class)
                .list();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aLayerIsReadHoweverItIsCompressed(Compression compression) throws IOException {
        assertThat(unpack(new TarBuilder().file("a", "text").build(), compression)
                        .resolve("a"))
                .hasContent("text");
    }

    @Test
    void ownersModesAndTimesAreKept() throws IOException {
        Path layer = unpack(new TarBuilder()
                .directory("home/", 0710, 1000, 100)
                .file("home/setuid", "x".getBytes(UTF_8), entry -> {
                    entry.setMode(04755);
                    entry.setIds(0, 33);
                })
                .entry("home/link", TarConstants.LF_SYMLINK, new byte[0], entry -> {
                    entry.setLinkName("/nowhere/at/all");
                    entry.setIds(1000, 100);
                })
                .directory("tmp/", 01777));
        assertOwner(layer.resolve("home"), 1000, 100, 0710);
        assertOwner(layer.resolve("home/setuid"), 0, 33, 04755);
        assertOwner(layer.resolve("tmp"), 0, 0, 01777);
        assertThat(Files.readSymbolicLink(layer.resolve("home/link"))).isEqualTo(Path.of("/nowhere/at/all"));
        assertOwner(layer.resolve("home/link"), 1000, 100, 0777);
        for (String each : List.of("home", "home/setuid", "home/link", "tmp")) {
            assertThat(Stat.of(layer.resolve(each)).time().toMillis()).as(each).isEqualTo(TarBuilder.TIME);
        }
    }

    @Test
    void hardLinksAreOneFile() throws IOException {
        Path layer = unpack(new TarBuilder().file("a", "one").link("d/b", "a").link("./c", "./d/b"));
        Stat file = Stat.of(layer.resolve("a"));
        assertThat(file.links()).isEqualTo(3);
        assertThat(Stat.of(layer.resolve("d/b"))).isEqualTo(file);
        assertThat(Stat.of(layer.resolve("c"))).isEqualTo(file);
    }

    @Test
    void attributesOfUsersAreKeptByteForByteAndThoseOfOverlaysAreNotTaken() throws IOException {
        String value = new String(new byte[] {0, (byte) 0xff, '\n', '='}, ISO_8859_1);
        Path layer = unpack(new TarBuilder().file("a", "x".getBytes(UTF_8), entry -> {
            entry.addPaxHeader("SCHILY.xattr.user.note", "kept");
            entry.addPaxHeader("SCHILY.xattr.user.overlay.opaque", "y");
            entry.addPaxHeader("SCHILY.xattr.trusted.overlay.opaque", "y");
            entry.addPaxHeader("SCHILY.xattr.security.selinux", value.substring(2));
        }));
        assertThat(attributeNames(layer.resolve("a"))).containsExactly("note");
    }

    @Test
    void aRemovedFileIsAWhiteoutAndAReplacedDirectoryIsOpaque() throws IOException {
        Path layer = unpack(new TarBuilder()
                .file("etc/.wh.gone", "")
                .directory("var/", 0755)
                .file("var/.wh..wh..opq", "")
                .file("var/new", "n")
                .file(".wh..wh.plnk", ""));
        assertThat(Stat.of(layer.resolve("etc/gone")).isWhiteout()).isTrue();
        assertThat(attributeNames(layer.resolve("var"))).containsExactly("overlay.opaque");
        assertThat(layer.resolve("var")).isDirectoryContaining("glob:**/new");
        assertThat(names(layer)).containsExactlyInAnyOrder("etc", "var");
    }

    @Test
    void aFileThatIsRemovedAndMadeAgainInOneLayerIsThere() throws IOException {
        Path layer = unpack(new TarBuilder()
                .file(".wh.a", "")
                .file("a", "again")
                .file("b", "first")
                .file(".wh.b", "")
                .file(".wh.d", "")
                .file("d/in", "side"));
        assertThat(layer.resolve("a")).hasContent("again");
        assertThat(layer.resolve("b")).hasContent("first");
        assertThat(layer.resolve("d/in")).hasContent("side");
        assertThat(attributeNames(layer.resolve("d"))).containsExactly("overlay.opaque");
    }

    @Test
    void theLastEntryOfANameCounts() throws IOException {
        Path layer = unpack(new TarBuilder()
                .file("a", "first")
                .symlink("a", "elsewhere")
                .symlink("b", "/etc")
                .file("b", "a file")
                .directory("c/", 0700)
                .file("c/x", "x")
                .file("c", "no directory any more"));
        assertThat(Files.readSymbolicLink(layer.resolve("a"))).isEqualTo(Path.of("elsewhere"));
        assertThat(layer.resolve("b")).isRegularFile().hasContent("a file");
        assertThat(layer.resolve("c")).isRegularFile().hasContent("no directory any more");
    }

    @Test
    void deviceNodesAreLeftOutAndPipesAreMade() throws IOException {
        Path layer = unpack(new TarBuilder()
                .entry("dev/sda", TarConstants.LF_BLK, new byte[0], entry -> {
                    entry.setDevMajor(8);
                    entry.setDevMinor(0);
                })
                .entry("dev/null", TarConstants.LF_CHR, new byte[0], entry -> {
                    entry.setDevMajor(1);
                    entry.setDevMinor(3);
                })
                .entry("pipe", TarConstants.LF_FIFO, new byte[0], entry -> entry.setMode(0622)));
        assertThat(layer.resolve("dev")).isEmptyDirectory();
        assertThat(Stat.of(layer.resolve("pipe")).mode()).isEqualTo(0010622);
    }

    @Test
    void namesAreBytesOfAnyLengthThatTheKernelTakes() throws IOException {
        String deep = "directory-with-a-name-of-some-length/".repeat(20);
        Path layer = unpack(new TarBuilder()
                .file(deep + "file", "deep")
                .file("umlaut-ä", "u")
                .file("n".repeat(255), "long"));
        assertThat(layer.resolve(deep + "file")).hasContent("deep");
        assertThat(layer.resolve("n".repeat(255))).hasContent("long");
        assertThat(names(layer)).anyMatch(name -> name.startsWith("umlaut-"));
    }
}

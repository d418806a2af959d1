package boxrun.cli.copy;

import static boxrun.cli.copy.Archives.archive;
import static boxrun.cli.copy.Archives.directory;
import static boxrun.cli.copy.Archives.file;
import static boxrun.cli.copy.Archives.item;
import static boxrun.cli.copy.Archives.link;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import boxrun.cli.copy.TarSource.Item;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that are made to do harm; whatever happens, nothing is written beside the destination. */
@Timeout(60)
class UnpackerTest {
    @TempDir
    private Path root = Path.of("/nowhere");

    private Path here = Path.of("/nowhere");
    private Path outside = Path.of("/nowhere");

    @BeforeEach
    void makeDirectories() throws IOException {
        here = Files.createDirectory(root.resolve("here"));
        outside = Files.createDirectory(root.resolve("outside"));
        Files.writeString(outside.resolve("precious"), "kept");
    }

    @AfterEach
    void nothingElseIsTouchedAndNothingOfOursIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(root)) {
            assertThat(left).containsExactlyInAnyOrder(here, outside);
        }
        try (Stream<Path> left = Files.list(outside)) {
            assertThat(left).containsExactly(outside.resolve("precious"));
        }
        assertThat(outside.resolve("precious")).content().isEqualTo("kept");
        try (Stream<Path> left = Files.list(here)) {
            assertThat(left).noneMatch(path -> path.getFileName().toString().startsWith(".boxrun-"));
        }
    }

    private List<String> unpack(Item... items) throws IOException {
        return Archives.unpack(archive(items), here, "copy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "d/../../x", "/etc/x", "d/..", "elsewhere/x", "..", "dd"})
    void aNameThatLeadsOutEndsTheCopyAndIsNamed(String name) {
        assertThatExceptionOfType(DamagedArchiveException.class)
                .isThrownBy(() -> unpack(directory("d"), file(name, "evil")))
                .withMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "..",
                "../../outside/precious",
                "../x",
                "sub/../../x",
                "self/..",
                "../../../../../.."
            })
    void aLinkThatLeadsOutIsNamedAndLeftOut(String target) throws IOException {
        assertThat(unpack(directory("d"), link("d/self", "."), link("d/evil", target), file("d/good", "g")))
                .containsExactly("not copied: copy/evil is a link that leads out of what is copied, to " + target);

        assertThat(here.resolve("copy/evil")).doesNotExist();
        assertThat(Files.isSymbolicLink(here.resolve("copy/evil"))).isFalse();
        assertThat(here.resolve("copy/good")).content().isEqualTo("g");
    }

    @ParameterizedTest
    @CsvSource({
        "a, false",
        "../a, false",
        "../../a, false",
        "../../../a, true",
        "./../b/c, false",
        "b/.., true",
        "'', true"
    })
    void dotsInFrontOfALinksTargetAreCounted(String target, boolean out) {
        assertThat(Unpacker.leadsOut(target, 2)).isEqualTo(out);
    }

    @Test
    void linksInsideAreKept() throws IOException {
        assertThat(unpack(
                        directory("d"),
                        directory("d/a"),
                        file("d/a/f", "x"),
                        link("d/l", "a/f"),
                        link("d/a/up", "../l")))
                .isEmpty();
        assertThat(Files.readSymbolicLink(here.resolve("copy/l"))).isEqualTo(Path.of("a/f"));
        assertThat(here.resolve("copy/a/up")).content().isEqualTo("x");
    }

    @Test
    void aLinkOfTheArchiveIsNeverFollowed() {
        assertThatIOException()
                .isThrownBy(() -> unpack(directory("d"), directory("d/a"), link("d/l", "a"), file("d/l/f", "evil")))
                .withMessageContaining("copy/l/f")
                .withMessageContaining("l is a link");
        assertThat(here.resolve("copy/a/f")).doesNotExist();
    }

    @Test
    void aLinkThatWasThereIsNotFollowedEither() throws IOException {
        Files.createDirectory(here.resolve("copy"));
        Files.createSymbolicLink(here.resolve("copy/sub"), outside);
        Files.createSymbolicLink(here.resolve("copy/precious"), outside.resolve("precious"));

        unpack(directory("d"), file("d/precious", "replaced the link"));
        assertThat(here.resolve("copy/precious")).content().isEqualTo("replaced the link");

        assertThatIOException()
                .isThrownBy(() -> unpack(directory("d"), directory("d/sub"), file("d/sub/f", "evil")))
                .withMessageContaining("sub is a link");
    }

    /** A byte, and while it is read, somebody puts a link to the outside in place of a directory. */
    private final class Swapping extends InputStream {
        private boolean swapped;

        @Override
        public int read() throws IOException {
            if (swapped) {
                return -1;
            }
            swapped = true;
            Files.move(here.resolve("copy/d"), here.resolve("moved"));
            Files.createSymbolicLink(here.resolve("copy/d"), outside);
            return 'x';
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int one = read();
            if (one < 0) {
                return -1;
            }
            buffer[offset] = (byte) one;
            return 1;
        }
    }

    @Test
    void aDirectoryThatBecomesALinkMeanwhileIsNotFollowed() throws IOException {
        try (Unpacker unpacker = new Unpacker(here, 1, new Refusals(note -> {}))) {
            unpacker.unpack(Archives.source(
                    directory("copy"),
                    directory("copy/d"),
                    file("copy/d/first", 1, new Swapping()),
                    file("copy/d/second", "y"),
                    directory("copy/d/third"),
                    link("copy/d/fourth", "second")));
        } catch (IOException theDirectoryItselfIsALinkNow) {
            assertThat(theDirectoryItselfIsALinkNow).hasMessageContaining("d");
        }
        assertThat(here.resolve("moved/second")).content().isEqualTo("y");
        assertThat(here.resolve("moved/third")).isDirectory();
        Files.delete(here.resolve("copy/d"));
    }

    @Test
    void devicesAndPipesAreNamedAndLeftOut() throws IOException {
        assertThat(unpack(
                        directory("d"),
                        item(TarEntry.Type.CHARACTER_DEVICE, "d/null", ""),
                        item(TarEntry.Type.BLOCK_DEVICE, "d/sda", ""),
                        item(TarEntry.Type.PIPE, "d/p\033[31m", ""),
                        file("d/good", "g")))
                .containsExactly(
                        "not copied: copy/null is a device",
                        "not copied: copy/sda is a device",
                        "not copied: copy/p?[31m is a pipe");
        assertThat(here.resolve("copy/good")).content().isEqualTo("g");
    }

    @Test
    void aFileWithSeveralNamesKeepsThem() throws IOException {
        Files.createDirectory(here.resolve("copy"));
        Files.writeString(here.resolve("copy/b"), "in the way");
        assertThat(unpack(
                        directory("d"),
                        file("d/a", "same"),
                        item(TarEntry.Type.HARD_LINK, "d/b", "d/a"),
                        item(TarEntry.Type.HARD_LINK, "d/b", "d/b"),
                        item(TarEntry.Type.HARD_LINK, "d/a", "d/b"),
                        directory("d/sub"),
                        item(TarEntry.Type.HARD_LINK, "d/sub/c", "d/b"),
                        file("d/other", "same")))
                .isEmpty();
        assertThat(here.resolve("copy/a")).content().isEqualTo("same");
        assertThat(Files.getAttribute(here.resolve("copy/a"), "unix:nlink")).isEqualTo(3);
        assertThat(Files.isSameFile(here.resolve("copy/a"), here.resolve("copy/b")))
                .isTrue();
        assertThat(Files.isSameFile(here.resolve("copy/a"), here.resolve("copy/sub/c")))
                .isTrue();
    }

    /** Otherwise what the copy does to one of the names would be done to the file. */
    @Test
    void aFileThatWasThereGetsNoSecondName() throws IOException {
        Files.createDirectory(here.resolve("copy"));
        Path there = Files.writeString(here.resolve("copy/there"), "kept");
        assertThat(unpack(directory("d"), item(TarEntry.Type.HARD_LINK, "d/b", "d/there")))
                .containsExactly("not copied: copy/b is a hard link to copy/there, which was not copied");
        assertThat(here.resolve("copy/b")).doesNotExist();
        assertThat(there).content().isEqualTo("kept");
    }

    @Test
    void aFileThatIsReplacedMeanwhileGetsNoSecondNameEither() throws IOException {
        try (Unpacker unpacker = new Unpacker(here, 1, new Refusals(note -> {}))) {
            unpacker.unpack(Archives.source(
                    directory("copy"),
                    directory("copy/d"),
                    file("copy/d/precious", "ours"),
                    file("copy/d/second", 1, new Swapping()),
                    item(TarEntry.Type.HARD_LINK, "copy/d/b", "copy/d/precious")));
        } catch (IOException theDirectoryItselfIsALinkNow) {
            assertThat(theDirectoryItselfIsALinkNow).hasMessageContaining("d");
        }
        assertThat(here.resolve("moved/b")).content().isEqualTo("ours");
        assertThat(Files.getAttribute(outside.resolve("precious"), "unix:nlink"))
                .isEqualTo(1);
        Files.delete(here.resolve("copy/d"));
    }

    @Test
    void aHardLinkToWhatIsOutsideIsNoCopyOfIt() throws IOException {
        Files.createDirectory(here.resolve("copy"));
        Files.createSymbolicLink(here.resolve("copy/l"), outside.resolve("precious"));
        assertThat(unpack(directory("d"), item(TarEntry.Type.HARD_LINK, "d/b", "d/l")))
                .hasSize(1);
        assertThat(here.resolve("copy/b")).doesNotExist();
        assertThatExceptionOfType(DamagedArchiveException.class)
                .isThrownBy(() -> unpack(directory("d"), item(TarEntry.Type.HARD_LINK, "d/c", "../outside/precious")));
        assertThatExceptionOfType(DamagedArchiveException.class)
                .isThrownBy(() -> unpack(directory("d"), item(TarEntry.Type.HARD_LINK, "d/c", "/etc/passwd")));
    }

    @Test
    void bitsThatRunProgramsAsTheirOwnerAreDropped() throws IOException {
        unpack(
                directory("d"),
                item(TarEntry.Type.FILE, "d/su", 06755, ""),
                item(TarEntry.Type.DIRECTORY, "d/t", 01777, ""));
        assertThat(Files.getAttribute(here.resolve("copy/su"), "unix:mode")).isEqualTo(0100755);
        assertThat(Files.getAttribute(here.resolve("copy/t"), "unix:mode")).isEqualTo(0040777);
    }

    @Test
    void whatIsInADirectoryThatForbidsWritingIsWritten() throws IOException {
        unpack(directory("d"), item(TarEntry.Type.DIRECTORY, "d/ro", 0500, ""), file("d/ro/f", "x"), file("d/z", "y"));
        assertThat(here.resolve("copy/ro/f")).content().isEqualTo("x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(here.resolve("copy/ro"))))
                .isEqualTo("r-x------");
        assertThat(Files.getLastModifiedTime(here.resolve("copy/ro")).toMillis())
                .isEqualTo(1_000_000_000_000L);
    }

    @Test
    void aTreeIsMergedWithTheOneThatIsThere() throws IOException {
        unpack(directory("d"), directory("d/a"), file("d/a/old", "old"), file("d/a/f", "old"));
        unpack(directory("d"), directory("d/a"), file("d/a/f", "new"));
        assertThat(here.resolve("copy/a/old")).content().isEqualTo("old");
        assertThat(here.resolve("copy/a/f")).content().isEqualTo("new");
    }

    @Test
    void aFileAndADirectoryDoNotReplaceEachOther() throws IOException {
        unpack(directory("d"), directory("d/x"), file("d/y", "file"));
        assertThatIOException()
                .isThrownBy(() -> unpack(directory("d"), file("d/x", "file")))
                .withMessageContaining("is a directory here");
        assertThatIOException()
                .isThrownBy(() -> unpack(directory("d"), directory("d/y")))
                .withMessageContaining("y is not a directory");
    }

    @Test
    void aRootThatIsALinkIsCopiedAsOneOrRefused() throws IOException {
        assertThat(Archives.unpack(archive(link("l", "/etc")), here, "copy")).hasSize(1);
        assertThat(Archives.unpack(archive(link("l", "sibling")), here, "copy")).isEmpty();
        assertThat(Files.readAttributes(here.resolve("copy"), "isSymbolicLink", LinkOption.NOFOLLOW_LINKS))
                .containsEntry("isSymbolicLink", true);
        assertThatExceptionOfType(DamagedArchiveException.class)
                .as("contents of what is no directory")
                .isThrownBy(() -> Archives.unpack(archive(link("l", "sibling")), here, ""));
    }

    @Test
    void manyRefusalsAreCountedAndNotAllTold() throws IOException {
        Item[] items = new Item[1000];
        items[0] = directory("d");
        for (int i = 1; i < items.length; i++) {
            items[i] = link("d/l" + i, "/etc");
        }
        assertThat(unpack(items)).hasSize(20);
    }

    @Test
    void namesThatAreNoTextAreKept() throws IOException {
        String name = "no\u00ff\u0080text";
        Archives.unpack(new ByteArrayInputStream(archive(directory("d"), file("d/" + name, "x"))), here, "copy");
        try (Stream<Path> list = Files.list(here.resolve("copy"))) {
            assertThat(list.map(path -> Names.bytes(path.getFileName()))).containsExactly(name);
        }
        assertThat(Names.path(name).toString()).isNotEmpty();
        assertThat(Names.bytes(Names.path("../a b/%41"))).isEqualTo("../a b/%41");
    }
}

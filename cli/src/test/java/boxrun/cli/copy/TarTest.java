package boxrun.cli.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.cli.copy.TarSource.Item;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our tar beside the real ones. */
@Timeout(120)
class TarTest {
    /** Makes what is hard about trees: long names, links, permissions, an empty directory, a name that is no text. */
    private static final String MAKE_TREE = """
            mkdir -p tree/sub/empty "tree/$(printf 'd%.0s' $(seq 90))/$(printf 'e%.0s' $(seq 90))"
            echo small >tree/file
            head -c 100000 /dev/urandom >tree/sub/big
            : >"tree/$(printf 'd%.0s' $(seq 90))/$(printf 'e%.0s' $(seq 90))/$(printf 'f%.0s' $(seq 100))"
            echo x >"tree/$(printf 'no\\377text')"
            echo y >'tree/größe 100%'
            ln tree/file tree/sub/again
            ln -s sub/big tree/link
            ln -s "$(printf 'l%.0s' $(seq 150))" tree/longlink
            chmod 0640 tree/file
            chmod 0711 tree/sub
            chmod 0500 tree/sub/empty
            touch -d '2001-09-09 01:46:40 UTC' tree/file tree/sub
            """;

    @TempDir
    private Path directory = Path.of("/nowhere");

    private String shell(String script) throws IOException, InterruptedException {
        Process shell = new ProcessBuilder("sh", "-ec", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .start();
        String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).as(output).isZero();
        return output;
    }

    /** All of a tree that is to be the same, a line for each file. */
    private String list(String tree) throws IOException, InterruptedException {
        return shell("""
                cd %s; export LC_ALL=C
                find . -type f -printf '%%P %%m %%Ts\\n' | sort
                find . -mindepth 1 -type d -printf '%%P %%m\\n' | sort
                find . -type l -printf '%%P %%l\\n' | sort
                find . -type f -exec md5sum {} + | sort
                """.formatted(tree));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tar -xpf -", "busybox tar -xpf -"})
    void otherTarsUnpackWhatIsPackedHere(String tar) throws IOException, InterruptedException {
        shell(MAKE_TREE);
        List<String> notes = new ArrayList<>();
        try (TarStream archive =
                new TarStream(new LocalTree(directory.resolve("tree"), "tree", new Refusals(notes::add)))) {
            Files.copy(archive, directory.resolve("packed.tar"));
        }
        shell("mkdir out; cd out; " + tar + " <../packed.tar");

        assertThat(list("out/tree")).isEqualTo(list("tree"));
        assertThat(shell("find out/tree -type f -links 2 -printf '%P\\n' | sort"))
                .as("one file of two names")
                .isEqualTo("file\nsub/again\n");
        assertThat(notes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tar --format=gnu -cf packed.tar tree",
                "tar --format=pax -cf packed.tar tree",
                "tar --format=posix --xattrs -cf packed.tar tree",
                "busybox tar -cf packed.tar tree",
            })
    void whatOtherTarsPackIsUnpackedHere(String tar) throws IOException, InterruptedException {
        shell(MAKE_TREE);
        shell(tar + "; mkdir out");

        assertThat(Archives.unpack(
                        Files.newInputStream(directory.resolve("packed.tar")), directory.resolve("out"), "copy"))
                .isEmpty();

        assertThat(list("out/copy")).isEqualTo(list("tree"));
        assertThat(shell("ls -A out")).isEqualTo("copy\n");
    }

    @Test
    void oldArchivesWithLongPathsAreRead() throws IOException, InterruptedException {
        shell("""
                mkdir -p "tree/$(printf 'd%.0s' $(seq 90))"; echo x >"tree/$(printf 'd%.0s' $(seq 90))/file"
                tar --format=ustar -cf packed.tar tree; tar --format=v7 -cf old.tar -C tree .; mkdir out old
                """);
        Archives.unpack(Files.newInputStream(directory.resolve("packed.tar")), directory.resolve("out"), "copy");
        Archives.unpack(Files.newInputStream(directory.resolve("old.tar")), directory.resolve("old"), "");

        assertThat(list("out/copy")).isEqualTo(list("tree"));
        assertThat(list("old")).isEqualTo(list("out/copy"));
    }

    @Test
    void numbersThatDoNotFitInDigitsAreKept() throws IOException {
        TarEntry large = new TarEntry(TarEntry.Type.FILE, "f", 0644, 3_000_000_000L, 4_000_000_000L, 0, -5, "");
        byte[] archive = Archives.archive(new Item(large, new ByteArrayInputStream(new byte[0])));

        assertThat(new TarReader(new ByteArrayInputStream(archive))
                        .next()
                        .orElseThrow()
                        .entry())
                .isEqualTo(large);
    }

    @Test
    void theContentsOfADirectoryHaveNoRootOfTheirOwn() throws IOException, InterruptedException {
        shell("mkdir -p tree/a; echo x >tree/b");
        List<String> names = new ArrayList<>();
        try (LocalTree tree = new LocalTree(directory.resolve("tree"), "", new Refusals(names::add))) {
            for (Optional<Item> item = tree.next(); item.isPresent(); item = tree.next()) {
                names.add(item.get().entry().name());
            }
        }
        assertThat(names).containsExactly("a", "b");
    }

    @Test
    void pipesAndSocketsOfThisMachineAreNamedAndLeftOut() throws IOException, InterruptedException {
        shell("mkdir tree; mkfifo tree/pipe; echo x >tree/file");
        List<String> notes = new ArrayList<>();
        try (TarStream archive =
                new TarStream(new LocalTree(directory.resolve("tree"), "tree", new Refusals(notes::add)))) {
            assertThat(archive.readAllBytes()).isNotEmpty();
        }
        assertThat(notes).containsExactly("not copied: tree/pipe is a socket, a pipe or a device");
    }

    @Test
    void aFileThatShrinksMeanwhileIsAnError() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "0123456789");
        try (LocalTree tree = new LocalTree(file, "file", new Refusals(note -> {}))) {
            Item item = tree.next().orElseThrow();
            Files.writeString(file, "0");
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> item.content().readAllBytes())
                    .withMessageContaining("became shorter while it was copied");
        }
    }

    @Test
    void anArchiveThatIsCutAnywhereIsDamaged() throws IOException {
        byte[] whole = Archives.archive(
                Archives.directory("d"),
                Archives.file("d/" + "f".repeat(150), "x".repeat(700)),
                Archives.link("d/l", "f"));
        for (int length = 0; length < whole.length - 2 * TarReader.BLOCK; length += 100) {
            Path out = Files.createDirectory(directory.resolve("cut" + length));
            byte[] cut = Arrays.copyOf(whole, length);
            if (length < TarReader.BLOCK) {
                assertThatExceptionOfType(DamagedArchiveException.class)
                        .isThrownBy(() -> new TarReader(new ByteArrayInputStream(cut)).next());
            } else {
                assertThatExceptionOfType(DamagedArchiveException.class)
                        .as("cut at %d", length)
                        .isThrownBy(() -> Archives.unpack(cut, out, "copy"));
            }
        }
    }

    @Test
    void whatIsNoArchiveIsRefused() throws IOException {
        byte[] noise = new byte[4096];
        Random random = new Random(1);
        for (int i = 0; i < 200; i++) {
            random.nextBytes(noise);
            assertThatExceptionOfType(DamagedArchiveException.class)
                    .isThrownBy(() -> new TarReader(new ByteArrayInputStream(noise)).next());
        }
        byte[] archive = Archives.archive(Archives.file("f", "x"));
        // The last byte of the checksum says nothing.
        for (int at = 0; at < TarReader.BLOCK; at = at == 154 ? 156 : at + 1) {
            byte[] changed = archive.clone();
            changed[at] ^= 0x41;
            assertThatExceptionOfType(DamagedArchiveException.class)
                    .as("byte %d", at)
                    .isThrownBy(() -> new TarReader(new ByteArrayInputStream(changed)).next());
        }
    }
}

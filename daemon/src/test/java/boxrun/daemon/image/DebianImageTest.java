package boxrun.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.PullPolicy;
import boxrun.daemon.launcher.IdMap;
import boxrun.daemon.testing.DebianArchive;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.Stat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A whole Debian: unpacked by boxrun it is what umoci makes of it, for the ids of boxes. */
@Timeout(600)
class DebianImageTest {
    @TempDir
    private Path directory;

    @RegisterExtension
    private final ImageStoreFixture stores = new ImageStoreFixture();

    @Test
    void aDebianRootIsUnpackedAsUmociDoesIt() throws Exception {
        Path layout = directory.resolve("layout");
        new OciLayoutBuilder(layout)
                .layer(Files.readAllBytes(DebianArchive.get()), Compression.NONE)
                .tag("1");
        Path bundle = directory.resolve("bundle");
        Programs.run("umoci", "unpack", "--image", layout + ":1", bundle.toString());
        LocalImage image = stores.open(directory.resolve("images"))
                .resolve("oci:" + layout + ":1", PullPolicy.MISSING, PullListener.NONE);

        IdMap ids = ImageStoreFixture.launcher().ids();
        Map<String, String> theirs = tree(bundle.resolve("rootfs"), 0, 0);
        Map<String, String> ours = tree(ImageStoreFixture.layer(image, 0), ids.rootUser(), ids.rootGroup());
        assertThat(theirs).hasSizeGreaterThan(5_000);
        List<String> differences = new ArrayList<>();
        Set<String> paths = new TreeSet<>(theirs.keySet());
        paths.addAll(ours.keySet());
        for (String path : paths) {
            String left = theirs.getOrDefault(path, "nothing");
            String right = ours.getOrDefault(path, "nothing");
            if (!left.equals(right)) {
                differences.add(path + ": umoci " + left + ", boxrun " + right);
            }
        }
        assertThat(differences).isEmpty();
        Programs.run(
                "diff",
                "-r",
                "--no-dereference",
                "-x",
                "dev",
                "" + bundle.resolve("rootfs"),
                "" + ImageStoreFixture.layer(image, 0));
    }

    /** JUnit would warn of each link that leads out of its directory. */
    @AfterEach
    void removeTheTrees() throws Exception {
        Programs.run("rm", "-rf", "" + directory.resolve("bundle"), "" + directory.resolve("images"));
    }

    /** Every file with its kind, mode, owner, size, links, time and target; device nodes left out. */
    private static Map<String, String> tree(Path root, long rootUser, long rootGroup) throws Exception {
        Map<String, String> found = new TreeMap<>();
        Map<Long, String> firstNames = new HashMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted().forEach(path -> {
                try {
                    Stat stat = Stat.of(path);
                    if (!stat.isDevice()) {
                        String name = root.relativize(path).toString();
                        String first = firstNames.computeIfAbsent(stat.inode(), _ -> name);
                        boolean isDirectory = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
                        boolean isLink = Files.isSymbolicLink(path);
                        found.put(
                                name,
                                "%o %d:%d %s %s%s"
                                        .formatted(
                                                stat.mode(),
                                                stat.uid() - rootUser,
                                                stat.gid() - rootGroup,
                                                isDirectory ? "" : stat.size() + " " + stat.links() + " " + first,
                                                name.isEmpty() ? "" : stat.time(),
                                                isLink ? " " + Files.readSymbolicLink(path) : ""));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        return found;
    }
}

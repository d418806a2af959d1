package boxrun.daemon.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.PullPolicy;
import boxrun.daemon.launcher.IdMap;
import boxrun.daemon.testing.DebianArchive;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.TarBuilder;
import boxrun.daemon.testing.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Layers unpacked by boxrun are what umoci makes of them, for the ids of boxes. */
@Timeout(600)
class DebianImageTest {
    /** CAP_NET_RAW, as {@code ping} has it. */
    private static final String CAPABILITY =
            new String(HexFormat.of().parseHex("0100000200200000000000000000000000000000"), US_ASCII);

    @TempDir
    private Path directory;

    @RegisterExtension
    private final ImageStoreFixture stores = new ImageStoreFixture();

    private final IdMap ids = ImageStoreFixture.launcher().ids();

    @Test
    void aDebianRootIsUnpackedAsUmociDoesItAndEveryDifferenceWouldBeSeen() throws Exception {
        Path layout = layout(Files.readAllBytes(DebianArchive.get()));
        Tree theirs = umocis(layout);
        Path layer = ours(layout);
        assertThat(theirs.size()).isGreaterThan(5_000);
        assertThat(theirs.differences(tree(layer))).isEmpty();
        plantDifferences(layer);
        assertThat(theirs.differences(tree(layer)))
                .containsOnlyKeys(
                        "etc/added",
                        "etc/bash.bashrc",
                        "etc/debian_version",
                        "etc/group",
                        "etc/issue",
                        "etc/os-release",
                        "etc/passwd",
                        "etc/profile",
                        "etc/shells",
                        "usr/bin/perl",
                        "usr/bin/perl5.36.0");
    }

    /** One of each kind. */
    private static void plantDifferences(Path layer) throws IOException {
        Path etc = layer.resolve("etc");
        FileTime time = Files.getLastModifiedTime(etc);
        Files.createFile(etc.resolve("added"));
        Files.delete(etc.resolve("bash.bashrc"));
        Path version = etc.resolve("debian_version");
        FileTime versionTime = Files.getLastModifiedTime(version);
        Files.writeString(version, Files.readString(version).replaceFirst("1", "2"));
        Files.setLastModifiedTime(version, versionTime);
        Files.setAttribute(etc.resolve("group"), "unix:uid", 1);
        Files.setAttribute(etc.resolve("issue"), "unix:gid", 1);
        Files.delete(etc.resolve("os-release"));
        Files.createSymbolicLink(etc.resolve("os-release"), Path.of("../usr/lib/os-releasf"));
        Files.setPosixFilePermissions(etc.resolve("passwd"), PosixFilePermissions.fromString("rw-rw-r--"));
        Files.setLastModifiedTime(etc.resolve("profile"), FileTime.fromMillis(1));
        Files.setAttribute(etc.resolve("shells"), "user:note", "planted".getBytes(UTF_8));
        Path perl = layer.resolve("usr/bin/perl");
        Path copy = layer.resolve("usr/bin/perl-copy");
        FileTime bin = Files.getLastModifiedTime(perl.resolveSibling("."));
        Files.copy(perl, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        Files.setAttribute(copy, "unix:uid", Files.getAttribute(perl, "unix:uid"));
        Files.setAttribute(copy, "unix:gid", Files.getAttribute(perl, "unix:gid"));
        Files.move(copy, perl, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Files.setLastModifiedTime(perl.resolveSibling("."), bin);
        Files.setLastModifiedTime(etc, time);
    }

    @Test
    void attributesAreUnpackedAsUmociDoesIt() throws Exception {
        Path layout = layout(new TarBuilder()
                .directory("bin/", 01777)
                .file("bin/ping", "ping".getBytes(UTF_8), entry -> {
                    entry.setMode(0755);
                    entry.addPaxHeader("SCHILY.xattr.security.capability", CAPABILITY);
                    entry.addPaxHeader("SCHILY.xattr.user.note", "kept");
                })
                .file("bin/su", "su".getBytes(UTF_8), entry -> entry.setMode(04755))
                .link("bin/ping4", "bin/ping")
                .build());
        Tree theirs = umocis(layout);
        Path layer = ours(layout);
        assertThat(theirs.differences(tree(layer))).isEmpty();
        Programs.run(
                "setfattr",
                "-x",
                "security.capability",
                layer.resolve("bin/ping").toString());
        assertThat(theirs.differences(tree(layer))).containsOnlyKeys("bin/ping", "bin/ping4");
    }

    private Path layout(byte[] tar) throws IOException {
        Path layout = directory.resolve("layout");
        new OciLayoutBuilder(layout).layer(tar, Compression.NONE).tag("1");
        return layout;
    }

    private Tree umocis(Path layout) throws Exception {
        Path bundle = directory.resolve("bundle");
        Programs.run("umoci", "unpack", "--image", layout + ":1", bundle.toString());
        return Tree.of(bundle.resolve("rootfs"), 0, 0);
    }

    private Path ours(Path layout) {
        LocalImage image = stores.open(directory.resolve("images"))
                .resolve("oci:" + layout + ":1", PullPolicy.MISSING, PullListener.NONE);
        return ImageStoreFixture.layer(image, 0);
    }

    private Tree tree(Path layer) throws Exception {
        return Tree.of(layer, ids.rootUser(), ids.rootGroup());
    }

    /** JUnit would warn of each link that leads out of its directory. */
    @AfterEach
    void removeTheTrees() throws Exception {
        Programs.run("rm", "-rf", "" + directory.resolve("bundle"), "" + directory.resolve("images"));
    }
}

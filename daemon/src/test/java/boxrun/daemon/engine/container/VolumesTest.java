package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Volume;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.image.Rootfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Directories and files of the host in a box. */
@Timeout(120)
class VolumesTest {
    @TempDir
    Path state;

    @TempDir
    Path shared;

    private Boxes boxes;

    @BeforeEach
    void engine() {
        boxes = new Boxes(state);
    }

    @AfterEach
    void destroy() {
        boxes.close();
    }

    private BoxId box(Volume... volumes) {
        return boxes.box(Boxes.launch(Boxes.HOST, false, List.of(volumes)));
    }

    @Test
    void aDirectoryIsSharedBothWaysAndRootsFilesAreRoots() throws Exception {
        Files.writeString(shared.resolve("from-host"), "hello");
        BoxId box = box(new Volume(shared.toString(), "/data/deep", false));
        assertThat(boxes.sh(box, "cat /data/deep/from-host; echo back > /data/deep/from-box; mkdir /data/deep/d")
                        .stdout())
                .isEqualTo("hello");
        assertThat(shared.resolve("from-box")).hasContent("back\n");
        assertThat(Files.getAttribute(shared.resolve("from-box"), "unix:uid")).isEqualTo(0);
        assertThat(boxes.sh(box, "stat -c %u /data/deep/from-host").stdout()).isEqualTo("0\n");
    }

    @Test
    void aReadOnlyVolumeCannotBeWritten() throws Exception {
        Files.writeString(shared.resolve("file"), "kept");
        BoxId box = box(new Volume(shared.toString(), "/data", true));
        Boxes.Ran ran =
                boxes.sh(box, "cat /data/file; echo x > /data/file; mount -o remount,rw /data; touch /data/new");
        assertThat(ran.stdout()).isEqualTo("kept");
        assertThat(ran.stderr()).contains("Read-only file system");
        assertThat(shared.resolve("file")).hasContent("kept");
        assertThat(shared.resolve("new")).doesNotExist();
    }

    @Test
    void aSingleFileCanBeAVolume() throws Exception {
        Path file = Files.writeString(shared.resolve("config"), "before");
        BoxId box = box(new Volume(file.toString(), "/etc/app/config", false));
        assertThat(boxes.sh(box, "cat /etc/app/config; printf after > /etc/app/config")
                        .stdout())
                .isEqualTo("before");
        assertThat(file).hasContent("after");
    }

    @Test
    void aLinkIsFollowedOnTheHost() throws Exception {
        Path target = Files.createDirectory(shared.resolve("target"));
        Files.writeString(target.resolve("file"), "through");
        Path link = Files.createSymbolicLink(shared.resolve("link"), target);
        BoxId box = box(new Volume(link.toString(), "/data", false));
        assertThat(boxes.sh(box, "cat /data/file").stdout()).isEqualTo("through");
    }

    @Test
    void aBoxDoesNotLeadAVolumeElsewhereByALink() throws Exception {
        Path outer = Files.createDirectory(shared.resolve("outer"));
        Path inner = Files.createDirectories(outer.resolve("sub/inner"));
        Path secret = Files.createDirectories(shared.resolve("secret/inner"));
        Launch launch = Boxes.launch(
                Boxes.HOST,
                false,
                List.of(new Volume(outer.toString(), "/a", false), new Volume(inner.toString(), "/b", false)));
        BoxId box = boxes.box(launch);
        assertThat(boxes.sh(box, "mv /a/sub /a/old && ln -s " + secret.getParent() + " /a/sub")
                        .well())
                .isTrue();
        boxes.engine().stop(box, Duration.ZERO);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> boxes.engine().launch(box, launch))
                .withMessage("cannot mount " + inner + " at /b: it leads to " + secret
                        + " now, and not where it led when the box was made");
        Files.delete(outer.resolve("sub"));
        Files.move(outer.resolve("old"), outer.resolve("sub"));
        boxes.engine().launch(box, launch);
        assertThat(boxes.sh(box, "touch /b/file").well()).isTrue();
        assertThat(inner.resolve("file")).exists();
    }

    @Test
    void volumesMayBeNestedInAnyOrder() throws Exception {
        Path outer = Files.createDirectory(shared.resolve("outer"));
        Path inner = Files.createDirectory(shared.resolve("inner"));
        Files.createDirectory(outer.resolve("sub"));
        Files.writeString(inner.resolve("file"), "inner");
        BoxId box = box(new Volume(inner.toString(), "/v/sub", false), new Volume(outer.toString(), "/v", false));
        assertThat(boxes.sh(box, "cat /v/sub/file").stdout()).isEqualTo("inner");
    }

    @Test
    void noProgramGetsPrivilegesFromAVolume() throws Exception {
        BoxId box = box(new Volume(shared.toString(), "/data", false));
        assertThat(boxes.sh(box, "grep ' /data ' /proc/mounts").stdout()).contains("nosuid", "nodev");
    }

    @Test
    void aSetuidProgramHasItsPrivilegesInTheBoxsOwnDirectoriesButNotInAVolume() throws Exception {
        BoxId box = box(new Volume(shared.toString(), "/volume", false));
        boxes.sh(box, "mkdir -m 755 /srv/own /volume/shared");
        String script = "cp /usr/bin/id %1$s/id && chmod 4755 %1$s/id && setpriv --reuid 33 --clear-groups %1$s/id -u";
        assertThat(boxes.sh(box, script.formatted("/srv/own")).stdout()).isEqualTo("0\n");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(boxes.sh(box, script.formatted("/volume/shared")).stdout()).isEqualTo("33\n");
    }

    @Test
    void aLinkInTheImageDoesNotLeadAVolumeOutOfTheBox() throws Exception {
        Path tree = Files.createDirectory(shared.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("data"), Path.of("/../../../../" + shared.resolve("outside")));
        Files.createDirectory(shared.resolve("outside"));
        Files.createDirectories(Path.of(tree + "" + shared.resolve("outside")));
        Path source = Files.createDirectory(shared.resolve("source"));
        Volume volume = new Volume(source.toString(), "/data/new", false);
        BoxId box = boxes.box(Boxes.launch(new Rootfs.Directory(tree), false, List.of(volume)));
        assertThat(boxes.run(box, RuntimeSpec.BUSYBOX, "touch", "/data/new/file")
                        .well())
                .isTrue();
        assertThat(source.resolve("file")).exists();
        assertThat(shared.resolve("outside")).isEmptyDirectory();
    }

    @Test
    void whatIsNotThereIsNamedAndNothingIsLeft() {
        refused(new Volume("/no/such/place", "/data", false), "/no/such/place at /data: there is no such file");
    }

    @Test
    void theBoxsOwnPlacesAreRefused() {
        refused(new Volume(shared.toString(), "/proc/x", false), "/proc of the box is its own");
        refused(new Volume(shared.toString(), "/a/../sys", false), "/sys of the box is its own");
        refused(new Volume(shared.toString(), "/.boxrun/agent", false), "/.boxrun of the box is its own");
        refused(new Volume(shared.toString(), "/a/..", false), "not a path below /");
    }

    @Test
    void whatIsMountedBelowAVolumeIsSeenToo() throws Exception {
        Path below = Files.createDirectory(shared.resolve("with space"));
        mount("mount", "-t", "tmpfs", "none", below.toString());
        try {
            Files.writeString(below.resolve("file"), "below");
            BoxId box = box(new Volume(shared.toString(), "/data", false), new Volume(shared.toString(), "/ro", true));
            assertThat(boxes.sh(
                                    box,
                                    "cat '/data/with space/file'; echo x > '/data/with space/new'; echo x > '/ro/with space/no'")
                            .stdout())
                    .isEqualTo("below");
            assertThat(below.resolve("new")).exists();
            assertThat(below.resolve("no")).doesNotExist();
            boxes.engine().destroy(box);
            assertThat(below.resolve("file")).exists();
        } finally {
            mount("umount", below.toString());
        }
    }

    private static void mount(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    @Test
    void aLinkToNowhereInTheImageIsNoPlaceForAVolume() throws Exception {
        Path tree = Files.createDirectory(shared.resolve("tree"));
        Files.createSymbolicLink(tree.resolve("data"), shared.resolve("outside"));
        Path source = Files.createDirectory(shared.resolve("source"));
        BoxId id = boxes.id();
        Volume volume = new Volume(source.toString(), "/data", false);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() ->
                        boxes.engine().launch(id, Boxes.launch(new Rootfs.Directory(tree), false, List.of(volume))))
                .withMessageContaining("make the mount point in the box /data");
        assertThat(shared.resolve("outside")).doesNotExist();
    }

    @Test
    void aFileIsNotMountedOverADirectoryNorTheOtherWayRound() throws Exception {
        Path file = Files.writeString(shared.resolve("file"), "");
        for (Volume volume : List.of(
                new Volume(file.toString(), "/usr", false), new Volume(shared.toString(), "/etc/passwd", false))) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(
                            () -> boxes.engine().launch(boxes.id(), Boxes.launch(Boxes.HOST, false, List.of(volume))))
                    .withMessageContaining("directory in the box");
        }
    }

    private void refused(Volume volume, String words) {
        BoxId id = boxes.id();
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> boxes.engine().launch(id, Boxes.launch(Boxes.HOST, false, List.of(volume))))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                    assertThat(problem.message()).contains(words);
                });
        assertThat(Trace.left(state, id)).isEmpty();
    }
}

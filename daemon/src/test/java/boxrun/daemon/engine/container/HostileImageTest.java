package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.image.Rootfs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Images that have links where the box's own places go, so that what is mounted, hidden or written there would be
 * somewhere else (CVE-2019-5736, CVE-2025-31133, CVE-2025-52565, CVE-2025-52881 and their like). A box of such an image
 * is refused, or is like any other.
 */
@Timeout(180)
class HostileImageTest {
    private static final List<String> PLACES = List.of(
            "dev",
            "dev/null",
            "dev/console",
            "dev/pts",
            "dev/shm",
            "dev/mqueue",
            "dev/ptmx",
            "proc",
            "sys",
            "etc",
            "etc/hosts",
            "etc/resolv.conf",
            "etc/hostname",
            ".boxrun",
            ".boxrun/agent",
            ".boxrun/busybox");

    /** Says what /dev/null is and what is hidden, and writes where a link might lead. */
    private static final String ATTACK = """
            b=/.boxrun/busybox
            $b stat -c %F,%t,%T /dev/null
            $b cat /proc/interrupts /proc/timer_list
            for f in /proc/sys/kernel/core_pattern /etc/hosts /etc/resolv.conf /etc/hostname /dev/null /dev/console; do
                $b echo x >$f
            done
            $b echo x >/.boxrun/agent
            """;

    @TempDir
    Path state;

    @TempDir
    Path trees;

    /** A directory of the host, by whose path links would lead out. */
    private Path outside;

    private Boxes boxes;

    @BeforeEach
    void engine() throws Exception {
        boxes = new Boxes(state);
        outside = Files.createDirectory(trees.resolve("outside"));
        Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwxrwxrwx"));
        Files.writeString(outside.resolve("kept"), "kept");
    }

    @AfterEach
    void destroy() {
        boxes.close();
    }

    @Test
    void aLinkInsteadOfAPlaceOfTheBoxLeadsNowhere() throws Exception {
        List<String> targets = List.of(
                "../../../../../../../../.." + outside,
                "../../../../../../../../.." + outside + "/new",
                outside + "/new",
                "/proc/self/root" + outside + "/new",
                "/proc/sys/kernel/core_pattern",
                "/proc/self/exe",
                "/proc/self/root",
                "/proc/1/cwd");
        List<String> refused = new ArrayList<>();
        for (String place : PLACES) {
            for (String target : targets) {
                Path tree = image(place, target);
                if (!isLikeAnyOther(tree, place + " -> " + target)) {
                    refused.add(place + " -> " + target);
                }
                Files.delete(tree.resolve(place));
            }
        }
        assertThat(refused).as("not all of them").hasSizeLessThan(PLACES.size() * targets.size() / 2);
    }

    /** False when there is no box, or none whose own tools can be run. */
    private boolean isLikeAnyOther(Path tree, String link) throws Exception {
        BoxId box = boxes.id();
        try {
            boxes.engine().launch(box, Boxes.launch(new Rootfs.Directory(tree)));
        } catch (ProblemException e) {
            assertThat(e.code()).as(link).isEqualTo(ErrorCode.RUNTIME_ERROR);
            Trace.assertNone(state, box);
            assertOutsideIsAsItWas(link);
            return false;
        }
        Boxes.Ran ran = boxes.run(box, RuntimeSpec.BUSYBOX, "sh", "-c", ATTACK);
        assertOutsideIsAsItWas(link);
        assertThat(Files.mismatch(Boxes.NATIVES.resolve("boxrun-agent"), Path.of("/proc", "" + agent(box), "exe")))
                .as(link)
                .isEqualTo(-1);
        boxes.engine().destroy(box);
        if (ran.end() instanceof ProcessEnd.NotStarted) {
            return false;
        }
        assertThat(ran.stdout()).as(link).isEqualTo("character special file,1,3\n");
        return true;
    }

    private void assertOutsideIsAsItWas(String link) throws Exception {
        assertThat(Files.readString(outside.resolve("kept"))).as(link).isEqualTo("kept");
        assertThat(outside.toFile().list()).as(link).containsExactly("kept");
        assertThat(Files.readString(Path.of("/proc/sys/kernel/core_pattern")))
                .as(link)
                .isNotEqualTo("x\n");
    }

    private long agent(BoxId box) {
        return Trace.of(state, box).process().pid();
    }

    /** A tree with one link in it; directories on the way are the image's own. */
    private Path image(String place, String target) throws Exception {
        Path tree = Files.createTempDirectory(trees, "tree");
        Files.createDirectories(tree.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), tree.resolve("bin/sh"), StandardCopyOption.COPY_ATTRIBUTES);
        Path link = tree.resolve(place);
        Files.createDirectories(Objects.requireNonNull(link.getParent()));
        Files.createSymbolicLink(link, Path.of(target));
        return tree;
    }
}

package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.testing.Programs;
import java.io.IOException;
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

/** What a box sees of the host and may do to it. */
@Timeout(120)
class IsolationTest {
    @TempDir
    Path state;

    @TempDir
    Path trees;

    private Boxes boxes;

    @BeforeEach
    void engine() {
        boxes = new Boxes(state);
    }

    @AfterEach
    void destroy() {
        boxes.close();
    }

    @Test
    void anEmptyImageMakesABox() throws Exception {
        BoxId box = boxes.box(Boxes.launch(new Rootfs.Layers(trees, List.of())));
        Boxes.Ran ran = boxes.run(box, RuntimeSpec.BUSYBOX, "ls", "-a", "/");
        assertThat(ran.stdout().lines()).containsExactlyInAnyOrder(".", "..", ".boxrun", "dev", "etc", "proc", "sys");
    }

    @Test
    void aTreeOfTheHostIsNotChanged() throws Exception {
        Files.createDirectories(trees.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), trees.resolve("bin/sh"), java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        BoxId box = boxes.box(Boxes.launch(new Rootfs.Directory(trees)));
        assertThat(boxes.sh(box, "echo changed > /bin/new; rm /bin/sh").well()).isTrue();
        assertThat(trees.resolve("bin/new")).doesNotExist();
        assertThat(trees.resolve("bin/sh")).exists();
        assertThat(boxes.run(box, RuntimeSpec.BUSYBOX, "stat", "-c", "%u", "/bin")
                        .stdout())
                .isEqualTo("0\n");
    }

    /** As a box might, which has a volume above that tree. */
    @Test
    void aTreeThatIsReachedByALinkNowIsRefused() throws Exception {
        Path tree = Files.createDirectories(trees.resolve("above/tree"));
        Files.createDirectories(trees.resolve("elsewhere/tree"));
        Launch launch = Boxes.launch(new Rootfs.Directory(tree));
        BoxId box = boxes.box(launch);
        boxes.engine().stop(box, Duration.ZERO);
        Files.move(trees.resolve("above"), trees.resolve("moved"));
        Files.createSymbolicLink(trees.resolve("above"), trees.resolve("elsewhere"));
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> boxes.engine().launch(box, launch))
                .withMessageContaining("open " + tree + ": a link is on the way there now");
    }

    @Test
    void laterLayersLieOverEarlierOnes() throws Exception {
        Path store = Files.createDirectories(trees.resolve("store"));
        for (int layer = 1; layer <= 120; layer++) {
            Path directory = Files.createDirectories(store.resolve("layer-with-a-long-name-" + layer));
            Files.writeString(directory.resolve("top"), layer + "\n");
            Files.writeString(directory.resolve("file" + layer), "");
        }
        List<String> names = java.util.stream.IntStream.rangeClosed(1, 120)
                .mapToObj(layer -> "layer-with-a-long-name-" + layer)
                .toList();
        BoxId box = boxes.box(Boxes.launch(new Rootfs.Layers(store, names)));
        assertThat(boxes.run(box, RuntimeSpec.BUSYBOX, "cat", "/top").stdout()).isEqualTo("120\n");
        assertThat(boxes.run(box, RuntimeSpec.BUSYBOX, "ls", "/file1", "/file60")
                        .well())
                .isTrue();
    }

    @Test
    void theHostsProgramsAreThereAndItsPeoplesFilesAreNot() throws Exception {
        BoxId box = boxes.box();
        assertThat(boxes.sh(box, "ls -A /home /root /tmp /var/tmp /run /srv | grep -v :$ | tr -d '\\n'")
                        .stdout())
                .isEmpty();
        assertThat(boxes.sh(box, "echo x > /usr/bin/of-the-box && cp /bin/true /etc/of-the-box && /etc/of-the-box")
                        .well())
                .isTrue();
        assertThat(Path.of("/usr/bin/of-the-box")).doesNotExist();
        assertThat(Path.of("/etc/of-the-box")).doesNotExist();
    }

    @Test
    void theHostsSecretsAreNotShown() throws Exception {
        Path secret = Files.createTempFile(Path.of("/etc"), "boxrun-test", ".secret");
        Path directory = Files.createTempDirectory(Path.of("/etc"), "boxrun-test");
        Path optional = Files.createTempFile(Path.of("/usr/local"), "boxrun-test", ".secret");
        try {
            Files.writeString(secret, "secret");
            Files.writeString(directory.resolve("inside"), "secret");
            Files.writeString(optional, "secret");
            BoxId box = boxes.box();
            assertThat(boxes.sh(box, "cat " + secret).stderr()).contains("No such file");
            assertThat(boxes.sh(box, "ls " + directory).stderr()).contains("No such file");
            assertThat(boxes.sh(box, "cat " + optional).stderr()).contains("Permission denied");
            assertThat(boxes.sh(box, "ls /etc/sudoers /etc/ssl/private /etc/fstab /etc/machine-id")
                            .stdout())
                    .isEmpty();
            Boxes.Ran shadow = boxes.sh(box, "cut -d: -f2 /etc/shadow /etc/gshadow | sort -u");
            assertThat(shadow.stdout()).isEqualTo("*\n");
        } finally {
            Files.delete(secret);
            Files.delete(directory.resolve("inside"));
            Files.delete(directory);
            Files.delete(optional);
        }
    }

    @Test
    void whatIsMountedBelowTheHostsDirectoriesIsSeenToo() throws Exception {
        Path place = Files.createTempDirectory(Path.of("/usr/share"), "boxrun-test");
        Path hidden = Files.createTempDirectory(Path.of("/etc"), "boxrun-test");
        Path setting = readable(Files.createTempFile(Path.of("/etc"), "boxrun-test", ".conf"), "underneath");
        Path mounted = readable(Files.createFile(trees.resolve("setting")), "mounted");
        try {
            Programs.run("sh", "-c", """
                    set -e
                    mount -t tmpfs -o mode=755 none %1$s
                    cd %1$s
                    echo seen > file
                    echo secret > secret
                    chmod 600 secret
                    mkdir 'a b'
                    mount -t tmpfs none 'a b'
                    echo below > 'a b/file'
                    mount -t tmpfs -o mode=700 none %2$s
                    echo secret > %2$s/file
                    mount --bind %3$s %4$s
                    """.formatted(place, hidden, mounted, setting));
            BoxId box = boxes.box();
            Boxes.Ran ran = boxes.sh(
                    box,
                    "cat %1$s/file '%1$s/a b/file' %2$s; cat %1$s/secret; ls %3$s; echo x > %1$s/file; echo own > %2$s"
                            .formatted(place, setting, hidden));
            assertThat(ran.stdout()).isEqualTo("seen\nbelow\nmounted");
            assertThat(ran.stderr().lines())
                    .satisfiesExactly(
                            line -> assertThat(line).contains("secret: Permission denied"),
                            line -> assertThat(line).contains(hidden + "': No such file"),
                            line -> assertThat(line).contains("Read-only file system"));
            boxes.engine().stop(box, Duration.ZERO);
            boxes.engine().launch(box, Boxes.launch(Boxes.HOST));
            assertThat(boxes.sh(box, "cat %s/file %s".formatted(place, setting)).stdout())
                    .isEqualTo("seen\nown\n");
            assertThat(mounted).hasContent("mounted");
        } finally {
            Programs.run("sh", "-c", "umount -R %s; umount %s; umount %s; :".formatted(place, hidden, setting));
            Files.delete(place);
            Files.delete(hidden);
            Files.delete(setting);
        }
    }

    private static Path readable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    }

    @Test
    void noDescriptorButStdinStdoutAndStderrReachesACommand() throws Exception {
        Boxes.Ran ran = boxes.sh(boxes.box(), "for fd in /proc/self/fd/*; do echo ${fd##*/}; done");
        // The shell's own reading of the directory is the fourth.
        assertThat(ran.stdout().lines()).containsExactly("0", "1", "2", "3");
        assertThat(boxes.sh(boxes.box(), "readlink /proc/1/fd/3 || readlink /proc/1/root")
                        .well())
                .isFalse();
    }

    @Test
    void theMountsShowNoPathOfTheHost() throws Exception {
        Boxes.Ran mounts = boxes.sh(boxes.box(), "cat /proc/mounts");
        assertThat(mounts.stdout()).doesNotContain(state.toString(), Boxes.NATIVES.toString(), "/run/boxrun");
    }

    @Test
    void aBoxIsNamedAndKnowsItself() throws Exception {
        Boxes.Ran ran = boxes.sh(boxes.box(), "hostname; cat /etc/hostname; grep test-box /etc/hosts");
        assertThat(ran.stdout()).isEqualTo("test-box\ntest-box\n127.0.1.1\ttest-box\n");
    }

    @Test
    void theFilterOfSystemCallsIsOnInTheFirstBoxAndInLaterOnes() throws Exception {
        for (int i = 0; i < 2; i++) {
            BoxId box = boxes.box();
            Boxes.Ran ran =
                    boxes.sh(box, "grep -E '^(Seccomp|CapEff|CapBnd):' /proc/self/status; cat /proc/self/uid_map");
            assertThat(ran.stdout()
                            .lines()
                            .map(line -> line.replaceAll("\\s+", " ").strip()))
                    .containsExactly(
                            "CapEff: 00000000800405fb", "CapBnd: 00000000800405fb", "Seccomp: 2", "0 100000 65536");
        }
        assertThat(state.resolve("cache").toFile().list((_, name) -> name.endsWith(".bpf")))
                .hasSize(1);
    }

    @Test
    void whatWouldReachTheHostIsRefused() throws Exception {
        BoxId box = boxes.box();
        for (String attempt : List.of(
                "mount -t tmpfs none /mnt",
                "mount --bind /etc /mnt",
                "umount /proc/sys",
                "mount -o remount,rw /sys",
                "unshare -Urm true",
                "unshare -n true",
                "nsenter -t 1 -m true",
                "mknod /root/disk b 7 0",
                "echo b > /proc/sysrq-trigger",
                "echo x > /proc/sys/kernel/core_pattern",
                "echo x > /proc/sys/kernel/hostname",
                "hostname other",
                "date -s 2001-01-01",
                "dmesg",
                "mkdir /sys/fs/cgroup/memory/more",
                "echo -1000 > /proc/self/oom_score_adj",
                "echo x > /.boxrun/agent",
                "rm -f /.boxrun/busybox",
                "ip link add dummy0 type dummy",
                "cat /proc/kcore",
                "python3 -c 'import socket; socket.socket(38, socket.SOCK_SEQPACKET)'",
                "python3 -c 'import ctypes,sys; sys.exit(ctypes.CDLL(None).syscall(425, 1, 0) == -1)'")) {
            assertThat(boxes.sh(box, attempt).end()).as(attempt).isNotEqualTo(new ProcessEnd.Exited(0));
        }
        assertThat(boxes.sh(box, "kill -9 1; true").well()).isTrue();
        assertThat(boxes.sh(box, "ls /proc | grep -c '^[0-9]'").well()).isTrue();
    }

    @Test
    void aBoxMayMakeAnyUserItsOwn() throws Exception {
        BoxId box = boxes.box();
        assertThat(boxes.sh(box, "touch /root/f && chown 33:50000 /root/f && stat -c %u:%g /root/f")
                        .stdout())
                .isEqualTo("33:50000\n");
        assertThat(boxes.sh(box, "chown 70000 /root/f").well()).isFalse();
        assertThat(boxes.sh(box, "su -s /bin/sh nobody -c id").stdout()).contains("nobody");
    }
}

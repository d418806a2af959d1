package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.testing.UsersRun;
import boxrun.testing.UnprivilegedUser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The product's main path: boxes of a user without privileges. The user is made for the test, which root runs. */
@Timeout(300)
class RootlessTest {
    @TempDir
    Path place;

    @Test
    void aUserWithSubordinateIdsHasWholeBoxes() throws Exception {
        try (UnprivilegedUser user = new UnprivilegedUser(place)) {
            assertThat(story(user))
                    .contains(
                            "id=0,0",
                            "seccomp=Seccomp:\t2",
                            "own=33",
                            "shadow=*",
                            "device=eth0 lo",
                            "volume=0",
                            "added=yes",
                            "copied=33",
                            "kept=yes",
                            "survivors=true")
                    .anySatisfy(
                            line -> assertThat(line).startsWith("unsupported=").contains("a limit of the disk"));
            assertThat(Files.getAttribute(user.home().resolve("shared/file"), "unix:uid"))
                    .isEqualTo(Files.getAttribute(user.home(), "unix:uid"));
            assertNothingLeft(user);
        }
    }

    @Test
    void aUserWithoutSubordinateIdsHasBoxesWithRootAlone() throws Exception {
        try (UnprivilegedUser user = new UnprivilegedUser(place, "-K", "SUB_UID_COUNT=0", "-K", "SUB_GID_COUNT=0")) {
            assertThat(story(user))
                    .contains("id=0,0", "own=", "device=eth0 lo", "volume=0", "added=yes", "kept=yes", "survivors=true")
                    .anySatisfy(line ->
                            assertThat(line).startsWith("unsupported=").contains("users other than root in a box"));
            assertNothingLeft(user);
        }
    }

    /** In a container /etc has such mounts, under WSL /usr has: no overlay can be made of either. */
    @Test
    void theHostsProgramsAreThereAlsoWhereSomethingIsMountedBelowThem() throws Exception {
        try (UnprivilegedUser user = new UnprivilegedUser(place)
                .with(
                        "mount -t tmpfs none /opt",
                        "mkdir -p /opt/below/mount /opt/beside",
                        "echo beside > /opt/beside/file",
                        "cp /opt/beside/file /opt/file",
                        "mount -t tmpfs none /opt/below/mount",
                        "echo below > /opt/below/mount/file",
                        "mount -t tmpfs none /usr/share/doc",
                        "echo below > /usr/share/doc/file",
                        "mount --bind /etc/passwd /etc/passwd",
                        "mount -t tmpfs none /etc/apt",
                        "mkdir -p /etc/apt/more /etc/apt/beside",
                        "mount --bind /opt/below/mount /etc/apt/more",
                        "cp /opt/file /etc/apt/beside",
                        "echo secret > /etc/apt/auth.conf")) {
            assertThat(scripts(
                            user,
                            "cat /opt/below/mount/file /opt/beside/file /opt/file /usr/share/doc/file",
                            "cat /etc/apt/more/file /etc/apt/beside/file; readlink /etc/os-release; ls -A /etc/apt",
                            "cut -d: -f2 /etc/shadow | sort -u; ls /etc/sudoers /etc/fstab /etc/machine-id 2>/dev/null",
                            "cd /opt; rm -f below/mount/file beside/file file; cat below/mount/file beside/file file",
                            "echo mine | tee /opt/mine /usr/local/bin/mine /usr/mine /etc/mine && useradd mine",
                            "cat /opt/mine /usr/local/bin/mine /usr/mine /etc/mine; id -gn mine"))
                    .containsExactly(
                            "below",
                            "beside",
                            "beside",
                            "below",
                            "below",
                            "beside",
                            "../usr/lib/os-release",
                            "beside",
                            "more",
                            "*",
                            "below",
                            "beside",
                            "rm: cannot remove 'below/mount/file': Read-only file system",
                            "rm: cannot remove 'file': Device or resource busy",
                            "cat: beside/file: No such file or directory",
                            "mine",
                            "mine",
                            "mine",
                            "mine",
                            "mine",
                            "mine");
        }
    }

    /** The contract that the engine of root keeps, every sentence of it, and what is there for a user only. */
    @TestFactory
    Stream<DynamicTest> aUsersEngineKeepsTheContract() throws Exception {
        return UsersRun.of(
                place,
                List.of(),
                ContainerEngineTest.class.getName(),
                HostileImageTest.class.getName(),
                WatchedDiskStory.class.getName(),
                UsersWallsStory.class.getName());
    }

    /** Runs scripts in a box of the user, and in the same one after it was stopped and started. */
    private static List<String> scripts(UnprivilegedUser user, String... scripts) throws Exception {
        List<String> arguments =
                new ArrayList<>(List.of(user.home().resolve(".boxrun").toString()));
        arguments.addAll(List.of(scripts));
        return run(user, RootlessScripts.class, arguments.toArray(String[]::new));
    }

    private static List<String> story(UnprivilegedUser user) throws Exception {
        return run(
                user,
                RootlessStory.class,
                user.home().resolve(".boxrun").toString(),
                user.home().resolve("shared").toString());
    }

    private static List<String> run(UnprivilegedUser user, Class<?> main, String... arguments) throws Exception {
        String natives = "-Dboxrun.native=" + user.give(Boxes.NATIVES, "native");
        return user.runJava(user.giveClassPath(), List.of(natives), main, arguments);
    }

    /** The story destroys its boxes and looks for what is left itself; what it cannot see are other users' eyes. */
    private static void assertNothingLeft(UnprivilegedUser user) throws Exception {
        try (Stream<Path> boxes = Files.list(user.home().resolve(".boxrun/boxes"))) {
            assertThat(boxes).isEmpty();
        }
        assertThat(user.processes()).isEmpty();
    }
}

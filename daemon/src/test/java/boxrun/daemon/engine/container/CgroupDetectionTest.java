package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which control groups there are, in a tree of files like the kernel's of version 2. */
@Timeout(60)
class CgroupDetectionTest {
    private static final String MANAGER = "user.slice/user-1000.slice/user@1000.service";
    private static final String FIRST = MANAGER + "/app.slice/boxrun-1.scope";
    private static final String SECOND = MANAGER + "/app.slice/boxrun-2.scope";

    @TempDir
    Path directory;

    private Path mount = Path.of("");
    private Path link = Path.of("");

    @BeforeEach
    void makeGroups() throws IOException {
        mount = directory.resolve("cgroup");
        link = Files.createDirectories(directory.resolve("state")).resolve("control-group");
        group("", "cpu io memory pids", "cpu memory pids");
        group("user.slice/user-1000.slice/session-3.scope", "cpu memory pids", "");
        group(MANAGER, "cpu memory pids", "memory pids");
        group(FIRST, "cpu memory pids", "");
        group(SECOND, "memory pids", "");
    }

    private void group(String name, String controllers, String passedOn) throws IOException {
        Path group = Files.createDirectories(mount.resolve(name));
        Files.writeString(group.resolve("cgroup.controllers"), controllers + "\n");
        Files.writeString(group.resolve("cgroup.subtree_control"), passedOn + "\n");
        Files.writeString(group.resolve("cgroup.procs"), "");
    }

    private Cgroups detected(boolean privileged, String own) throws IOException {
        Path self = Files.createDirectories(directory.resolve("proc/self"));
        Files.writeString(self.resolve("cgroup"), "1:name=other:/x\n0::/" + own + "\n");
        return new CgroupDetection(mount, directory.resolve("proc"), new DelegatedScope(link)).detect(privileged);
    }

    private Path entered(String own) throws IOException {
        return mount.relativize(new DelegatedScope(link).enter(mount.resolve(own)));
    }

    private String text(String file) throws IOException {
        return Files.readString(mount.resolve(file));
    }

    @Test
    void rootHasItsGroupAtTheTop() throws IOException {
        Cgroups found = detected(true, "user.slice/user-1000.slice/session-3.scope");
        assertThat(found.parent()).isEqualTo("/boxrun");
        assertThat(found.controllers()).containsExactly("cpu", "io", "memory", "pids");
    }

    @Test
    void aUserHasTheNearestGroupThatPassesControllersOn() throws IOException {
        Cgroups found = detected(false, MANAGER + "/app.slice/terminal.scope");
        assertThat(found.parent()).isEqualTo("/" + MANAGER + "/boxrun");
        assertThat(found.controllers()).containsExactly("memory", "pids");
        assertThat(link).doesNotExist();
    }

    @Test
    void aUserHasNoneInALogin() throws IOException {
        assertThat(detected(false, "user.slice/user-1000.slice/session-3.scope").version())
                .isZero();
    }

    @Test
    void theDaemonMakesRoomForBoxesInItsScope() throws IOException {
        assertThat(entered(FIRST)).isEqualTo(Path.of(FIRST));
        assertThat(text(FIRST + "/daemon/cgroup.procs")).isEqualTo("0");
        assertThat(text(FIRST + "/cgroup.subtree_control")).isEqualTo("+cpu +memory +pids");
        assertThat(Files.readSymbolicLink(link)).isEqualTo(mount.resolve(FIRST));
    }

    @Test
    void onlyControllersThatAreThereArePassedOn() throws IOException {
        entered(SECOND);
        assertThat(text(SECOND + "/cgroup.subtree_control")).isEqualTo("+memory +pids");
    }

    @Test
    void theNextDaemonMovesToTheScopeOfTheBoxes() throws IOException {
        entered(FIRST);
        Files.createDirectories(mount.resolve(FIRST + "/boxrun/box_000000000001"));
        Files.delete(mount.resolve(FIRST + "/daemon/cgroup.procs"));
        assertThat(entered(SECOND)).isEqualTo(Path.of(FIRST));
        assertThat(text(FIRST + "/daemon/cgroup.procs")).isEqualTo("0");
        assertThat(mount.resolve(SECOND + "/daemon")).doesNotExist();
    }

    @Test
    void aScopeWithoutBoxesIsLeftForTheNewOne() throws IOException {
        entered(FIRST);
        Files.createDirectories(mount.resolve(FIRST + "/boxrun"));
        assertThat(entered(SECOND)).isEqualTo(Path.of(SECOND));
        assertThat(Files.readSymbolicLink(link)).isEqualTo(mount.resolve(SECOND));
    }

    @Test
    void aScopeThatIsGoneIsForgotten() throws IOException {
        Files.createSymbolicLink(link, mount.resolve(MANAGER + "/app.slice/boxrun-0.scope"));
        assertThat(entered(SECOND)).isEqualTo(Path.of(SECOND));
        assertThat(Files.readSymbolicLink(link)).isEqualTo(mount.resolve(SECOND));
    }

    @Test
    void aScopeOfSomethingElseIsLeftAsItIs() throws IOException {
        Path terminal = mount.resolve(MANAGER + "/app.slice/vte-spawn-1.scope");
        Files.createDirectories(terminal);
        assertThat(new DelegatedScope(link).enter(terminal)).isEqualTo(terminal);
        assertThat(terminal).isEmptyDirectory();
        assertThat(link).doesNotExist();
    }
}

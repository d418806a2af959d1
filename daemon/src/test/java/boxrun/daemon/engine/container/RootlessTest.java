package boxrun.daemon.engine.container;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.launcher.Launcher;
import boxrun.json.Json;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The product's main path: boxes of a user without privileges. The user is made for the test, which root runs. */
@Timeout(120)
class RootlessTest {
    private final String user = "boxrun" + ProcessHandle.current().pid();

    @TempDir
    Path place;

    @BeforeEach
    void installForEverybody() throws Exception {
        Files.setPosixFilePermissions(place, java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        Path classes = Files.createDirectory(place.resolve("classes"));
        Set<Path> sources = Stream.of(
                        Json.class,
                        Nullable.class,
                        Launcher.class,
                        RootlessTest.class,
                        JsonFactory.class,
                        JsonProperty.class,
                        ObjectMapper.class,
                        Assertions.class)
                .map(RootlessTest::source)
                .collect(Collectors.toSet());
        int number = 0;
        for (Path source : sources) {
            copy(source, classes.resolve(number++ + (Files.isDirectory(source) ? "" : ".jar")));
        }
        copy(Boxes.NATIVES, place.resolve("native"));
    }

    @AfterEach
    void removeUser() throws Exception {
        run("userdel", "--force", "--remove", user);
    }

    @Test
    void aUserWithSubordinateIdsHasWholeBoxes() throws Exception {
        run("useradd", "--create-home", user);
        assertThat(story())
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
                .anySatisfy(line -> assertThat(line).startsWith("unsupported=").contains("a limit of the disk"));
        assertThat(Files.getAttribute(home().resolve("shared/file"), "unix:uid"))
                .isEqualTo(Files.getAttribute(home(), "unix:uid"));
        assertNothingLeft();
    }

    @Test
    void aUserWithoutSubordinateIdsHasBoxesWithRootAlone() throws Exception {
        run("useradd", "--create-home", "-K", "SUB_UID_COUNT=0", "-K", "SUB_GID_COUNT=0", user);
        assertThat(story())
                .contains("id=0,0", "own=", "device=eth0 lo", "volume=0", "added=yes", "kept=yes", "survivors=true")
                .anySatisfy(
                        line -> assertThat(line).startsWith("unsupported=").contains("users other than root in a box"));
        assertNothingLeft();
    }

    private Path home() {
        return Path.of("/home").resolve(user);
    }

    private List<String> story() throws Exception {
        String classPath;
        try (Stream<Path> classes = Files.list(place.resolve("classes"))) {
            classPath = classes.map(Path::toString).collect(Collectors.joining(":"));
        }
        Object id = Files.getAttribute(home(), "unix:uid");
        // Some hosts keep /dev/net/tun for root: the story gets a copy for everybody, in mounts of its own.
        String withTun =
                "mknod \"$1\" c 10 200 && chmod 666 \"$1\" && mount --bind \"$1\" /dev/net/tun && shift && exec \"$@\"";
        return run(
                "unshare",
                "--mount",
                "sh",
                "-c",
                withTun,
                "sh",
                place.resolve("tun").toString(),
                "setpriv",
                "--reuid=" + id,
                "--regid=" + id,
                "--init-groups",
                "env",
                "-C",
                "/",
                "HOME=" + home(),
                "USER=" + user,
                System.getProperty("java.home") + "/bin/java",
                "-Dboxrun.native=" + place.resolve("native"),
                "-Duser.name=" + user,
                "-cp",
                classPath,
                RootlessStory.class.getName(),
                home().resolve(".boxrun").toString(),
                home().resolve("shared").toString());
    }

    /** The story destroys its boxes and looks for what is left itself; what it cannot see are other users' eyes. */
    private void assertNothingLeft() throws Exception {
        try (Stream<Path> boxes = Files.list(home().resolve(".boxrun/boxes"))) {
            assertThat(boxes).isEmpty();
        }
        List<String> processes = new ArrayList<>();
        ProcessHandle.allProcesses()
                // Where the host's first process does not reap, dead ones stay listed.
                .filter(process -> ProcessIdentity.of(process.pid()).isPresent())
                .filter(process -> process.info().user().equals(java.util.Optional.of(user)))
                .forEach(process -> processes.add(process.info().commandLine().orElse("" + process.pid())));
        assertThat(processes).isEmpty();
    }

    private static List<String> run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines().toList();
    }

    private static Path source(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> tree = Files.walk(from)) {
            for (Path path : tree.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}

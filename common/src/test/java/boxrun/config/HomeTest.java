package boxrun.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class HomeTest {
    @TempDir
    Path directory;

    @Test
    void itIsBelowTheHomeDirectoryUnlessSet() {
        assertThat(home(Map.of("HOME", "/home/ann")).socket()).isEqualTo(Path.of("/home/ann/.boxrun/boxrun.sock"));
        assertThat(home(Map.of("HOME", "/home/ann", "BOXRUN_STATE_DIR", "/var/x"))
                        .root())
                .isEqualTo(Path.of("/var/x"));
    }

    @Test
    void withoutAHomeDirectoryTheUserIsToldWhatToSet() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> home(Map.of()))
                .withMessage("there is no place for the state directory: HOME is not set")
                .satisfies(problem -> assertThat(problem.hint().orElse("")).contains("BOXRUN_STATE_DIR"));
    }

    @Test
    void aPathOf107BytesIsTheLongestForTheSocket() {
        String longest = "/" + "x".repeat(107 - "/boxrun.sock".length() - 1);
        assertThat(home(Map.of("BOXRUN_STATE_DIR", longest)).socket().toString())
                .hasSize(107);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> home(Map.of("BOXRUN_STATE_DIR", longest + "x")))
                .withMessageContaining("has 108 bytes, but a socket's path can have 107")
                .satisfies(problem -> assertThat(problem.hint().orElse("")).contains("BOXRUN_STATE_DIR"));
    }

    @Test
    void itIsMadeForItsOwnerOnly() throws IOException {
        Path root = directory.resolve("a/b");
        new Home(root).prepare();
        assertThat(mode(root)).isEqualTo("rwx------");
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        new Home(root).prepare();
        assertThat(mode(root)).isEqualTo("rwx------");
    }

    @Test
    void aDirectoryOfAnotherUserIsRefused() throws IOException {
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "only root can give files away");
        Path root = Files.createDirectory(directory.resolve("theirs"));
        Files.setAttribute(root, "unix:uid", 12345);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> new Home(root).prepare())
                .withMessage("the state directory " + root + " belongs to another user, 12345");
    }

    @Test
    void aFileInItsPlaceIsRefused() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> new Home(file).prepare())
                .withMessage("the state directory " + file + " is not a directory");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> new Home(file.resolve("x")).prepare())
                .withMessageStartingWith("cannot make the state directory " + file + "/x: ");
    }

    private static Home home(Map<String, String> environment) {
        return Home.of(Settings.load(environment, Map.of()));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}

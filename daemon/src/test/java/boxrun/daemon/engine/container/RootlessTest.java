package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.testing.UnprivilegedUser;
import java.nio.file.Files;
import java.nio.file.Path;
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

    /** The contract that the engine of root keeps, every sentence of it. */
    @TestFactory
    Stream<DynamicTest> aUsersEngineKeepsTheContract() throws Exception {
        try (UnprivilegedUser user = new UnprivilegedUser(place)) {
            List<String> results = run(user, RootlessContract.class).stream()
                    .filter(line -> line.startsWith(RootlessContract.SENTENCE))
                    .map(line -> line.substring(RootlessContract.SENTENCE.length()))
                    .toList();
            assertThat(results).hasSizeGreaterThan(20);
            assertThat(user.processes()).isEmpty();
            return results.stream().map(result -> {
                int space = result.indexOf(' ');
                return DynamicTest.dynamicTest(
                        result.substring(0, space),
                        () -> assertThat(result.substring(space + 1)).isEqualTo("SUCCESSFUL"));
            });
        }
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

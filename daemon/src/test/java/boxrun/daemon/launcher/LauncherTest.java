package boxrun.daemon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ProblemException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class LauncherTest {
    private final IdMap ids = IdMapDetection.ofThisProcess();
    private final Launcher launcher = new Launcher(Path.of(System.getProperty("boxrun.native", "target/native")), ids);

    @Test
    void aProgramRunsAsRootOfItsUserNamespace() throws Exception {
        Process process = launcher.start("userns", List.of("--", "sh", "-c", "id -u; id -G; cat /proc/self/uid_map"));
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        launcher.finish("run id", process);
        assertThat(output.lines())
                .startsWith("0", "0")
                .anySatisfy(line -> assertThat(line.strip()).matches("0 +" + ids.rootUser() + " +\\d+"));
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> launcher.run("try it", "userns", List.of("--", "/no/such/program")))
                .withMessage("cannot try it: run /no/such/program: No such file or directory");
    }

    @Test
    void aProgramThatFailsHasItsWordsPassedOn() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> launcher.run("try it", "userns", List.of("--", "sh", "-c", "echo why >&2; exit 3")))
                .withMessage("cannot try it: why");
    }

    @Test
    void aTunnelDeviceThatIsNotForUsersComesWithTheStepToTake() {
        ProblemException problem = LaunchFailure.problem(
                "give the box a network",
                1,
                "Failed to send 45 bytes to syslog\nFailed to open tun socket in namespace\n");
        assertThat(problem).hasMessage("cannot give the box a network: Failed to open tun socket in namespace");
        assertThat(problem.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("/dev/net/tun"));
    }

    @Test
    void missingProgramsForIdMapsComeWithTheStepToTake() {
        ProblemException problem = LaunchFailure.problem(
                "start a box", 125, "boxrun-launcher: run newuidmap: No such file or directory\n");
        assertThat(problem.hint()).hasValue("install the programs that map user ids: apt install uidmap");
    }

    @Test
    void aRefusedNamespaceComesWithTheStepToTake() {
        ProblemException problem = LaunchFailure.problem(
                "start a box", 125, "boxrun-launcher: make a user namespace: No space left on device\n");
        assertThat(problem.hint()).hasValueSatisfying(hint -> assertThat(hint).contains("user.max_user_namespaces"));
    }

    @Test
    void theRestrictionOfAppArmorIsNamedWithTheStepToTake(@TempDir Path kernel) throws Exception {
        Path setting = kernel.resolve("kernel/apparmor_restrict_unprivileged_userns");
        Files.createDirectories(kernel.resolve("kernel"));
        Files.writeString(setting, "1\n");
        String words = "boxrun-launcher: mount the box's files at /: Permission denied\n";
        assertThat(LaunchFailure.problem("start a box", 125, words, kernel).hint())
                .hasValueSatisfying(hint -> assertThat(hint)
                        .contains("AppArmor", "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"));
        Files.writeString(setting, "0\n");
        assertThat(LaunchFailure.problem("start a box", 125, words, kernel).hint())
                .isEmpty();
    }
}

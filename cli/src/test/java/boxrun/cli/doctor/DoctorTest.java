package boxrun.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import boxrun.api.DaemonInfo;
import boxrun.cli.doctor.Finding.Result;
import boxrun.config.Settings;
import boxrun.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DoctorTest {
    private static final long USER = 1000;

    @TempDir
    private Path root = Path.of("/nowhere");

    private OtherMachine machine() {
        return new OtherMachine(root);
    }

    private static Finding only(List<Finding> findings, Result result) {
        List<Finding> fitting =
                findings.stream().filter(finding -> finding.result() == result).toList();
        assertThat(fitting).as("%s in %s", result, findings).hasSize(1);
        return fitting.getFirst();
    }

    private static void allOk(List<Finding> findings) {
        assertThat(findings).isNotEmpty().allMatch(finding -> finding.result() == Result.OK);
    }

    @Test
    void aHealthyMachineHasNothingToMend() {
        Machine machine = machine().of(USER);
        allOk(KernelChecks.of(machine));
        allOk(NamespaceChecks.of(machine));
        allOk(IdChecks.of(machine));
    }

    @Test
    void anOldKernelFailsAndRootNeedsANewerOneForSomeThings() {
        Machine old =
                machine().file("/proc/sys/kernel/osrelease", "5.4.0-generic").of(USER);
        assertThat(only(KernelChecks.of(old), Result.FAILED).message()).contains("5.4.0-generic", "5.11");
        Machine middle = machine().file("/proc/sys/kernel/osrelease", "5.15.0").of(0);
        assertThat(only(KernelChecks.of(middle), Result.WARNING).message()).contains("image host");
        assertThat(KernelChecks.of(
                        machine().file("/proc/sys/kernel/osrelease", "?").of(USER)))
                .hasSize(1)
                .allMatch(finding -> finding.result() == Result.FAILED);
    }

    @Test
    void whatForbidsUserNamespacesIsNamed() {
        OtherMachine machine = machine().answers("unshare", 1, "unshare: unshare failed: Operation not permitted");

        Finding unknown = only(NamespaceChecks.of(machine.of(USER)), Result.FAILED);
        assertThat(unknown.message()).contains("Operation not permitted");
        assertThat(unknown.fix()).isEmpty();

        machine.file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1\n");
        Finding restricted = only(NamespaceChecks.of(machine.of(USER)), Result.FAILED);
        assertThat(restricted.message()).contains("AppArmor", "kernel.apparmor_restrict_unprivileged_userns");
        assertThat(restricted.fix()).contains("kernel.apparmor_restrict_unprivileged_userns=0");
        assertThat(only(NamespaceChecks.of(machine.of(0)), Result.FAILED).message())
                .doesNotContain("AppArmor");

        machine.file("/proc/sys/kernel/unprivileged_userns_clone", "0\n");
        assertThat(only(NamespaceChecks.of(machine.of(USER)), Result.FAILED).fix())
                .contains("kernel.unprivileged_userns_clone=1");

        machine.file("/proc/sys/user/max_user_namespaces", "0\n");
        assertThat(only(NamespaceChecks.of(machine.of(0)), Result.FAILED).fix())
                .contains("user.max_user_namespaces=15000");
    }

    @Test
    void whatForbidsOverlaysInThemIsNamed() {
        OtherMachine machine = machine().answers("unshare", 32, "namespace\nmount: /tmp/merged: permission denied");

        assertThat(only(NamespaceChecks.of(machine.of(USER)), Result.FAILED).message())
                .contains("permission denied");
        assertThat(only(NamespaceChecks.of(machine.of(USER)), Result.OK).check())
                .isEqualTo("user namespaces");

        machine.file("/proc/sys/kernel/osrelease", "5.10.0-amd64");
        assertThat(only(NamespaceChecks.of(machine.of(USER)), Result.FAILED).message())
                .contains("5.11");
        machine.file("/proc/filesystems", "nodev\ttmpfs\n");
        assertThat(only(NamespaceChecks.of(machine.of(USER)), Result.FAILED).fix())
                .isEqualTo("sudo modprobe overlay");
        machine.file("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");
        assertThat(only(NamespaceChecks.of(machine.of(USER)), Result.FAILED).message())
                .contains("AppArmor");
    }

    @Test
    void theMachineOfThisTestCanBeLookedAt() throws IOException {
        Machine here = Machine.ofThisProcess(System.getenv());
        allOk(NamespaceChecks.of(here));
        allOk(KernelChecks.of(here));
        assertThat(ProgramChecks.of(here, "crun").getFirst().message()).contains("/crun, crun version ");
    }

    @Test
    void aUserWithoutRangesOfIdsHasRootOnly() {
        OtherMachine machine = machine().file("/etc/subuid", "bob:100000:65536\n");
        Finding finding = only(IdChecks.of(machine.of(USER)), Result.WARNING);
        assertThat(finding.fix()).isEqualTo("sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ann");

        machine.file("/etc/subuid", "1000:100000:65536\n");
        allOk(IdChecks.of(machine.of(USER)));
        machine.without("/usr/bin/newgidmap");
        assertThat(only(IdChecks.of(machine.of(USER)), Result.FAILED).fix()).isEqualTo("sudo apt install uidmap");
        assertThat(IdChecks.of(machine.of(0))).isEmpty();
    }

    @Test
    void everyProgramThatIsMissingHasAPackage() {
        OtherMachine machine = machine()
                .without("/usr/bin/crun")
                .without("/usr/bin/busybox")
                .without("/usr/bin/pasta")
                .without("/usr/bin/mkfs.ext4");
        assertThat(ProgramChecks.of(machine.of(0), "crun"))
                .extracting(Finding::result, Finding::fix)
                .containsExactly(
                        tuple(Result.FAILED, "sudo apt install crun"),
                        tuple(Result.FAILED, "sudo apt install busybox-static"),
                        tuple(Result.WARNING, "sudo apt install passt"),
                        tuple(Result.WARNING, "sudo apt install e2fsprogs"));
    }

    @Test
    void aRuntimeThatDoesNotWorkIsNoRuntime() {
        Machine machine = machine()
                .answers("crun", 127, "error while loading shared libraries: libyajl.so.2")
                .of(0);
        assertThat(ProgramChecks.of(machine, "crun").getFirst())
                .isEqualTo(Finding.failed(
                        "OCI runtime",
                        root
                                + "/usr/bin/crun --version ended with 127: error while loading shared libraries: libyajl.so.2",
                        "sudo apt install --reinstall crun"));
    }

    @Test
    void staticProgramsAreToldFromOthers() throws IOException {
        assertThat(ProgramChecks.isStatic(Path.of("/bin/sh").toRealPath())).isFalse();
        assertThat(ProgramChecks.isStatic(Path.of("/bin/busybox"))).isTrue();
        assertThat(ProgramChecks.isStatic(Files.writeString(root.resolve("script"), "#!/bin/sh\n")))
                .isFalse();
    }

    private static DaemonInfo info(Map<String, Boolean> enforced) {
        return new DaemonInfo(BigDecimal.ONE, 1, "1", "b", 1, "container", enforced, List.of(), Map.of(), "/s");
    }

    @Test
    void controlGroupsThatAreNotDelegatedCanBe() {
        OtherMachine machine = machine()
                .file("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids")
                .file("/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers", "memory pids")
                .file("/run/user/1000/systemd/private", "");

        Finding finding = CgroupChecks.of(machine.of(USER), Optional.empty());
        assertThat(finding.message()).isEqualTo("version 2; no limit of cpu: it is not delegated to ann");
        assertThat(finding.fix()).contains("Delegate=cpu cpuset io memory pids");
        assertThat(CgroupChecks.of(machine.of(0), Optional.empty()).result()).isEqualTo(Result.OK);
        assertThat(CgroupChecks.of(
                                machine.of(USER), Optional.of(info(Map.of("cpu", true, "memory", true, "pids", true))))
                        .result())
                .as("the daemon knows better")
                .isEqualTo(Result.OK);
    }

    @Test
    void aDaemonThatWasStartedBeforeGroupsWereDelegatedIsStartedAgain() {
        OtherMachine machine = machine()
                .file("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids")
                .file(
                        "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers",
                        "cpu memory pids")
                .file("/run/user/1000/systemd/private", "");
        Finding finding = CgroupChecks.of(machine.of(USER), Optional.of(info(Map.of())));
        assertThat(finding.message()).endsWith("no limit of cpu, memory, pids: it is not delegated to ann");
        assertThat(finding.fix()).isEqualTo("boxrun daemon restart");
    }

    @Test
    void aLoginWithoutSystemdGetsOne() {
        OtherMachine machine = machine().file("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids");
        Finding finding = CgroupChecks.of(machine.of(USER), Optional.empty());
        assertThat(finding.message()).endsWith("systemd does not manage this login of ann");
        assertThat(finding.fix()).isEqualTo("sudo loginctl enable-linger ann && boxrun daemon restart");
    }

    @Test
    void whetherBoxesOutliveALogoutIsSaid() {
        OtherMachine machine = machine()
                .file("/sys/fs/cgroup/cgroup.controllers", "cpu memory pids")
                .file("/run/user/1000/systemd/private", "");
        assertThat(CgroupChecks.afterLogout(machine.of(USER)))
                .hasValueSatisfying(finding -> assertThat(finding.fix()).isEqualTo("sudo loginctl enable-linger ann"));
        assertThat(CgroupChecks.afterLogout(machine.of(0))).isEmpty();
        machine.file("/var/lib/systemd/linger/ann", "");
        assertThat(CgroupChecks.afterLogout(machine.of(USER)))
                .hasValueSatisfying(finding -> assertThat(finding.result()).isEqualTo(Result.OK));
    }

    @Test
    void theFirstVersionOfControlGroupsIsForRootOnly() {
        OtherMachine machine = machine().file("/proc/mounts", """
                cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
                cgroup /sys/fs/cgroup/cpu cgroup rw,cpu,cpuacct 0 0
                cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0
                """);

        assertThat(CgroupChecks.of(machine.of(0), Optional.empty()))
                .isEqualTo(Finding.ok("control groups", "version 1, with cpu, memory, pids"));
        assertThat(CgroupChecks.of(machine.of(USER), Optional.empty()).fix())
                .contains("systemd.unified_cgroup_hierarchy=1");
    }

    @Test
    void littleRoomIsAWarningAndNoneAFailure() {
        assertThat(StateChecks.space(10L << 30)).isEqualTo(Finding.ok("disk space", "10 GiB free"));
        assertThat(StateChecks.space(1L << 30).result()).isEqualTo(Result.WARNING);
        assertThat(StateChecks.space(1L << 20).result()).isEqualTo(Result.FAILED);
        assertThat(StateChecks.fileSystem("ext4").result()).isEqualTo(Result.OK);
        assertThat(StateChecks.fileSystem("nfs4").fix()).startsWith("export BOXRUN_STATE_DIR=");
    }

    @Test
    void aStateDirectoryThatCannotBeIsAFailure() {
        String longPath = "/tmp/" + "x".repeat(120);
        assertThat(StateChecks.of(Settings.load(Map.of("BOXRUN_STATE_DIR", longPath), Map.of())))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.result()).isEqualTo(Result.FAILED);
                    assertThat(finding.message()).contains("a socket's path can have 107");
                });
        assertThat(only(StateChecks.of(Settings.load(Map.of(), Map.of())), Result.FAILED)
                        .message())
                .contains("HOME is not set");
    }

    @Test
    void aFindingIsTheSameForPrograms() {
        assertThat(Json.WIRE.encode(Finding.ok("kernel", "Linux 6.1").json()))
                .isEqualTo("{\"check\":\"kernel\",\"result\":\"ok\",\"message\":\"Linux 6.1\",\"fix\":null}");
        assertThat(Json.WIRE.encode(Finding.failed("x", "y", "z").json()))
                .isEqualTo("{\"check\":\"x\",\"result\":\"failed\",\"message\":\"y\",\"fix\":\"z\"}");
    }
}

package boxrun.cli.doctor;

import boxrun.api.DaemonInfo;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Control groups, which limit CPU, memory and processes. */
final class CgroupChecks {
    private static final String CHECK = "control groups";
    private static final String LOGOUT = "after logout";
    private static final List<String> CONTROLLERS = List.of("cpu", "memory", "pids");

    private static final String DELEGATE = "sudo mkdir -p /etc/systemd/system/user@.service.d"
            + " && printf '[Service]\\nDelegate=cpu cpuset io memory pids\\n'"
            + " | sudo tee /etc/systemd/system/user@.service.d/delegate.conf && sudo systemctl daemon-reload";
    private static final String UNIFIED = "echo 'GRUB_CMDLINE_LINUX=\"$GRUB_CMDLINE_LINUX"
            + " systemd.unified_cgroup_hierarchy=1\"' | sudo tee -a /etc/default/grub && sudo update-grub"
            + " && sudo reboot";

    private CgroupChecks() {}

    /** @param info what the daemon has found out, where there is one: it knows which group it can use */
    static Finding of(Machine machine, Optional<DaemonInfo> info) {
        boolean second = machine.has("/sys/fs/cgroup/cgroup.controllers");
        String version = "version " + (second ? 2 : 1);
        List<String> missing = CONTROLLERS.stream()
                .filter(controller -> !info.map(known -> known.enforced().getOrDefault(controller, false))
                        .orElseGet(() -> seemsAvailable(machine, second, controller)))
                .toList();
        if (missing.isEmpty()) {
            return Finding.ok(CHECK, version + ", with " + String.join(", ", CONTROLLERS));
        }
        String what = version + "; no limit of " + String.join(", ", missing);
        if (machine.isRoot()) {
            return Finding.warning(CHECK, what + ": this kernel or container does not pass it on", "");
        }
        return second
                ? Finding.warning(CHECK, what + ": " + obstacle(machine), fix(machine, missing))
                : Finding.warning(CHECK, what + ": only version 2 can be delegated to a user", UNIFIED);
    }

    /** Whether boxes stay when their user logs out; nothing to say where no systemd decides that. */
    static Optional<Finding> afterLogout(Machine machine) {
        if (machine.isRoot() || !hasManager(machine) || !machine.has("/sys/fs/cgroup/cgroup.controllers")) {
            return Optional.empty();
        }
        return Optional.of(
                machine.has("/var/lib/systemd/linger/" + machine.user())
                        ? Finding.ok(LOGOUT, "boxes stay")
                        : Finding.warning(
                                LOGOUT,
                                "systemd ends the boxes of " + machine.user() + "; their disks stay",
                                linger(machine)));
    }

    private static String obstacle(Machine machine) {
        return hasManager(machine)
                ? "it is not delegated to " + machine.user()
                : "systemd does not manage this login of " + machine.user();
    }

    /** What has to be delegated is the system's to say; what is has to be taken by a daemon that is started then. */
    private static String fix(Machine machine, List<String> missing) {
        if (!hasManager(machine)) {
            return linger(machine) + " && boxrun daemon restart";
        }
        return missing.stream().allMatch(controller -> seemsAvailable(machine, true, controller))
                ? "boxrun daemon restart"
                : DELEGATE + "; then log out and in, and boxrun daemon restart";
    }

    private static String linger(Machine machine) {
        return "sudo loginctl enable-linger " + machine.user();
    }

    private static boolean hasManager(Machine machine) {
        return machine.has("/run/user/" + machine.uid() + "/systemd/private");
    }

    private static boolean seemsAvailable(Machine machine, boolean second, String controller) {
        if (!second) {
            return machine.isRoot()
                    && machine.text("/proc/mounts")
                            .orElse("")
                            .lines()
                            .map(line -> line.split(" ", -1))
                            .anyMatch(field -> field.length > 3
                                    && field[2].equals("cgroup")
                                    && List.of(field[3].split(",", -1)).contains(controller));
        }
        String group = machine.isRoot()
                ? "/sys/fs/cgroup/cgroup.controllers"
                : "/sys/fs/cgroup/user.slice/user-%d.slice/user@%d.service/cgroup.controllers"
                        .formatted(machine.uid(), machine.uid());
        return Stream.of(machine.text(group).orElse("").split(" ", -1)).anyMatch(controller::equals);
    }
}

package boxrun.cli.doctor;

import boxrun.cli.doctor.Machine.Answer;
import java.util.List;

/**
 * User namespaces, and overlay mounts in them: tried, because what forbids them is many things (a kernel without them,
 * three settings, AppArmor, a container around us), and only then explained.
 */
final class NamespaceChecks {
    private static final String NAMESPACES = "user namespaces";
    private static final String OVERLAY = "overlay in user namespaces";

    /** All of it is in a mount namespace of its own, which ends with the command. */
    private static final String TRY = """
            echo namespace
            mount -t tmpfs none /tmp && cd /tmp && mkdir lower upper work merged &&
            mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged &&
            echo overlay
            """;

    private NamespaceChecks() {}

    static List<Finding> of(Machine machine) {
        if (machine.program("unshare").isEmpty()) {
            return List.of(Finding.failed(
                    NAMESPACES, "there is no program unshare to try them with", "sudo apt install util-linux"));
        }
        Answer answer = machine.programs()
                .apply(List.of("unshare", "--user", "--map-root-user", "--mount", "/bin/sh", "-c", TRY));
        List<String> lines = answer.output().lines().map(String::strip).toList();
        if (!lines.contains("namespace")) {
            return List.of(namespaces(machine, answer.output()));
        }
        return List.of(
                Finding.ok(NAMESPACES, "this user can make them"),
                lines.contains("overlay")
                        ? Finding.ok(OVERLAY, "mounted one, with userxattr")
                        : overlay(machine, String.join("; ", lines.subList(1, lines.size()))));
    }

    private static Finding namespaces(Machine machine, String words) {
        if (machine.isSet("/proc/sys/user/max_user_namespaces", "0")) {
            return Finding.failed(
                    NAMESPACES,
                    "they are turned off: user.max_user_namespaces is 0",
                    setting("user.max_user_namespaces=15000"));
        }
        if (!machine.isRoot() && machine.isSet("/proc/sys/kernel/unprivileged_userns_clone", "0")) {
            return Finding.failed(
                    NAMESPACES,
                    "only root can make them: kernel.unprivileged_userns_clone is 0",
                    setting("kernel.unprivileged_userns_clone=1"));
        }
        return restricted(machine)
                ? Finding.failed(NAMESPACES, RESTRICTED, LIFT)
                : Finding.failed(NAMESPACES, "this user cannot make one: " + words, "");
    }

    private static Finding overlay(Machine machine, String words) {
        if (restricted(machine)) {
            return Finding.failed(OVERLAY, RESTRICTED, LIFT);
        }
        if (machine.text("/proc/filesystems")
                .filter(known -> known.contains("overlay"))
                .isEmpty()) {
            return Finding.failed(
                    OVERLAY, "the kernel has no overlay file system, or has not loaded it", "sudo modprobe overlay");
        }
        return machine.kernel().isAtLeast(5, 11)
                ? Finding.failed(OVERLAY, "cannot mount one: " + words, "")
                : Finding.failed(OVERLAY, "they need Linux 5.11 or later", KernelChecks.NEWER);
    }

    private static final String RESTRICTED =
            "AppArmor restricts them on this Ubuntu: kernel.apparmor_restrict_unprivileged_userns is 1";
    private static final String LIFT = setting("kernel.apparmor_restrict_unprivileged_userns=0");

    private static boolean restricted(Machine machine) {
        return !machine.isRoot() && machine.isSet("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");
    }

    /** Now, and after the next start of the machine. */
    private static String setting(String assignment) {
        return "echo " + assignment + " | sudo tee -a /etc/sysctl.d/60-boxrun.conf && sudo sysctl --system";
    }
}

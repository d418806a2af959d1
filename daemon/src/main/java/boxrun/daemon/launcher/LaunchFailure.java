package boxrun.daemon.launcher;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Turns what the launcher and the programs below it printed into words for people, with the step to take. */
public final class LaunchFailure {
    private static final String PREFIX = "boxrun-launcher: ";
    private static final Path KERNEL = Path.of("/proc/sys");

    private LaunchFailure() {}

    /** The problem behind a failed subcommand; {@code tried} as in {@code "cannot " + tried}. */
    public static ProblemException problem(String tried, int code, String stderr) {
        return problem(tried, code, stderr, KERNEL);
    }

    /** @param kernel where the kernel's settings are */
    static ProblemException problem(String tried, int code, String stderr, Path kernel) {
        List<String> lines =
                stderr.lines().map(String::strip).filter(LaunchFailure::says).toList();
        String words = lines.isEmpty()
                ? "the launcher ended with code " + code + " and said nothing"
                : String.join("; ", lines.stream().map(LaunchFailure::plain).toList());
        ProblemException problem = new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": " + words);
        return hint(words, kernel).map(problem::hint).orElse(problem);
    }

    /** pasta complains about a missing syslog with each line that it writes. */
    private static boolean says(String line) {
        return !line.isEmpty() && !(line.startsWith("Failed to send ") && line.endsWith(" to syslog"));
    }

    private static String plain(String line) {
        return line.startsWith(PREFIX) ? line.substring(PREFIX.length()) : line;
    }

    private static Optional<String> hint(String words, Path kernel) {
        if (words.contains("run newuidmap: No such file") || words.contains("run newgidmap: No such file")) {
            return Optional.of("install the programs that map user ids: apt install uidmap");
        }
        if (words.contains("newuidmap: the program refused it")
                || words.contains("newgidmap: the program refused it")) {
            return Optional.of("give your user a range of ids: sudo usermod --add-subuids 100000-165535"
                    + " --add-subgids 100000-165535 $USER");
        }
        boolean denied = words.contains("Operation not permitted") || words.contains("Permission denied");
        boolean namespace = words.contains("make a user namespace");
        if (namespace && words.contains("No space left on device")) {
            return Optional.of("allow user namespaces: sudo sysctl -w user.max_user_namespaces=15000");
        }
        if (namespace && denied && setting(kernel, "kernel/unprivileged_userns_clone", "0")) {
            return Optional.of("allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1");
        }
        if (denied && setting(kernel, "kernel/apparmor_restrict_unprivileged_userns", "1")) {
            return Optional.of("allow user namespaces, which AppArmor restricts here:"
                    + " sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0");
        }
        if (namespace && denied) {
            return Optional.of("boxrun needs user namespaces: run it outside of a container that forbids them,"
                    + " or as another user");
        }
        if (words.contains("open tun socket")) {
            return Optional.of("let users open the tunnel device: sudo modprobe tun && sudo chmod 666 /dev/net/tun");
        }
        return Optional.empty();
    }

    private static boolean setting(Path kernel, String name, String value) {
        try {
            return Files.readString(kernel.resolve(name)).strip().equals(value);
        } catch (IOException e) {
            return false; // this kernel does not have the setting
        }
    }

    /** An exception's own words, or its kind when it has none. */
    static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}

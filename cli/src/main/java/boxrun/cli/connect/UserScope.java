package boxrun.cli.connect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The scope of systemd in which a user's daemon is started, so that it may limit its boxes: with control groups of
 * version 2 the groups of a login belong to root, and those below the user's own systemd to the user. The scope is told
 * to be delegated, and its name begins with {@code boxrun-}, by which the daemon knows it.
 *
 * @param root below which the machine's files are; a test has a small tree of its own
 * @param uid of the user
 */
record UserScope(Path root, long uid) {
    private static final String GROUPS = "sys/fs/cgroup/cgroup.controllers";

    /** The scope for the user of this process. */
    static UserScope ofThisProcess() {
        try {
            Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
            return new UserScope(Path.of("/"), Integer.toUnsignedLong((Integer) uid));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read who runs this process from /proc/self", e);
        }
    }

    /** The words before the daemon's own; none where there is no such systemd, or no need of it. */
    List<String> words() {
        if (uid == 0 || !Files.exists(root.resolve(GROUPS)) || !Files.exists(manager())) {
            return List.of();
        }
        return List.of(
                "systemd-run",
                "--user",
                "--scope",
                "--quiet",
                "--collect",
                "--property=Delegate=yes",
                "--description=boxrun daemon",
                "--unit=boxrun-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.currentTimeMillis()));
    }

    /** What {@code systemd-run} needs; {@code su} and cron do not set it. */
    Map<String, String> environment() {
        return Map.of("XDG_RUNTIME_DIR", "/" + root.relativize(runtimeDirectory()));
    }

    private Path manager() {
        return runtimeDirectory().resolve("systemd/private");
    }

    private Path runtimeDirectory() {
        return root.resolve("run/user/" + Long.toString(uid));
    }
}

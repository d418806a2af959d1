package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.daemon.engine.Capabilities;
import boxrun.daemon.launcher.IdMap;
import boxrun.daemon.launcher.IdMapDetection;
import boxrun.daemon.launcher.Launcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What this host has for boxes, found out once; the runtime when it is needed first, since it may be installed later.
 */
final class HostSupport {
    /** sockaddr_un(7): 108 bytes with the final NUL. */
    private static final int MAX_SOCKET_PATH = 107;
    /** {@code /boxes/}, an id and {@code /agent.sock}. */
    private static final int SOCKET_BELOW_HOME = "/boxes/box_123456789012/agent.sock".length();

    private static final String WATCHED = " (it is watched: commands that take more are ended a little later)";

    /** A directory that the root of a box may pass through, unlike the home of the host's root. */
    private static final Path ROOTS_MOUNTS = Path.of("/run/boxrun/mounts");

    private final Launcher launcher;
    private final Cgroups cgroups;
    private final Network network;
    private final DiskWatch diskWatch;
    private final Path cache;
    private final Path natives;
    private final String runtimeName;
    private final boolean diskLimited;
    private final AtomicReference<@Nullable OciRuntime> runtime = new AtomicReference<>();
    private final AtomicReference<@Nullable Seccomp> seccomp = new AtomicReference<>();

    private HostSupport(Home home, Path natives, String runtimeName, IdMap ids) {
        this.launcher = new Launcher(natives, ids);
        this.cgroups = CgroupDetection.detect(ids.privileged(), home.controlGroup());
        this.network = new Network(launcher);
        this.diskWatch = new DiskWatch(launcher);
        this.cache = home.cache();
        this.natives = natives;
        this.runtimeName = runtimeName;
        this.diskLimited = ids.privileged()
                && Files.exists(Path.of("/dev/loop-control"))
                && Programs.find("mkfs.ext4").isPresent();
    }

    static HostSupport detect(Home home, Path natives, String runtime) {
        int length = home.root().toString().getBytes(StandardCharsets.UTF_8).length + SOCKET_BELOW_HOME;
        if (length > MAX_SOCKET_PATH) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR,
                            "cannot keep boxes in " + home.root() + ": the sockets there would have paths of " + length
                                    + " bytes, and " + MAX_SOCKET_PATH + " are possible")
                    .hint("set BOXRUN_STATE_DIR to a shorter path");
        }
        return new HostSupport(home, natives, runtime, IdMapDetection.ofThisProcess());
    }

    Launcher launcher() {
        return launcher;
    }

    Cgroups cgroups() {
        return cgroups;
    }

    Network network() {
        return network;
    }

    /** For boxes whose disk is a directory. */
    DiskWatch diskWatch() {
        return diskWatch;
    }

    boolean diskLimited() {
        return diskLimited;
    }

    OciRuntime runtime() {
        OciRuntime known = runtime.get();
        if (known != null) {
            return known;
        }
        OciRuntime found = OciRuntime.find(runtimeName);
        runtime.set(found);
        return found;
    }

    /** The filter of system calls for boxes of this runtime. */
    Seccomp seccomp() {
        Seccomp known = seccomp.get();
        if (known != null) {
            return known;
        }
        Seccomp made = new Seccomp(cache(), runtime());
        seccomp.set(made);
        return made;
    }

    Path agent() {
        return natives.resolve("boxrun-agent");
    }

    Path busybox() {
        return Programs.require("busybox", "reach the files of boxes", "busybox-static");
    }

    /** Where the launcher mounts, in namespaces of its own; the directory itself stays empty. */
    Path mounts() {
        Path mounts = launcher.ids().privileged() ? ROOTS_MOUNTS : cache.resolve("mounts");
        try {
            return Files.createDirectories(mounts);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + mounts, e);
        }
    }

    Path cache() {
        try {
            return Files.createDirectories(cache);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + cache, e);
        }
    }

    Capabilities capabilities() {
        List<String> unsupported = new ArrayList<>();
        if (cgroups.version() == 0) {
            unsupported.add("limits of CPU, memory and processes: this user has no control group of its own"
                    + " (run the daemon in one that systemd delegates, or as root)");
        } else {
            for (String controller : List.of("cpu", "memory", "pids")) {
                if (!cgroups.has(controller)) {
                    unsupported.add("a limit of " + controller + ": that controller is not given to this user");
                }
            }
        }
        if (!diskLimited) {
            unsupported.add(
                    launcher.ids().privileged()
                            ? "a limit of the disk: this host has no loop devices or no mkfs.ext4" + WATCHED
                            : "a limit of the disk: only root can mount a disk of its own for a box" + WATCHED);
        }
        if (!launcher.ids().complete()) {
            unsupported.add(
                    "users other than root in a box: this user has no range of ids in /etc/subuid and /etc/subgid");
        }
        if (Programs.find("pasta").isEmpty()) {
            unsupported.add("a network: there is no program pasta (apt install passt)");
        } else if (!Files.isWritable(Path.of("/dev/net/tun"))) {
            unsupported.add("a network: this user may not open /dev/net/tun");
        }
        return new Capabilities(
                cgroups.has("cpu"), cgroups.has("memory"), cgroups.has("pids"), diskLimited, true, unsupported);
    }
}

package boxrun.daemon.engine.container;

import boxrun.config.OpenFiles;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.launcher.IdExtent;
import boxrun.daemon.launcher.IdMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The configuration of a box for the runtime: config.json of the OCI runtime specification, as a tree of maps and
 * lists.
 *
 * <p>What protects the host: the user namespace, eleven capabilities that mean something inside of it only, the filter
 * of system calls, hidden and read-only parts of /proc and /sys, a /dev of its own, and a network namespace that has
 * nothing but the loopback device.
 */
final class RuntimeSpec {
    /** Where the box finds the agent, and a busybox for the transfer of files. */
    static final String AGENT = "/.boxrun/agent";

    static final String BUSYBOX = "/.boxrun/busybox";

    private static final List<String> CAPABILITIES = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_KILL",
            "CAP_NET_BIND_SERVICE",
            "CAP_SETFCAP",
            "CAP_SETGID",
            "CAP_SETPCAP",
            "CAP_SETUID",
            "CAP_SYS_CHROOT");
    /** The kernel has 3072 for all boxes together, unless told otherwise. */
    private static final String TERMINALS = "max=256";

    private static final List<String> MASKED = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/dev/block",
            "/sys/devices/virtual/powercap",
            "/sys/firmware",
            "/sys/fs/selinux");
    private static final List<String> READ_ONLY =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");
    /** Enough for a compiler or a web server; a process may raise it to the hard limit. */
    private static final long OPEN_FILES = 65_536;

    private final HostSupport host;
    private final Seccomp seccomp;
    private final IdMap ids;

    RuntimeSpec(HostSupport host, Seccomp seccomp) {
        this.host = host;
        this.seccomp = seccomp;
        this.ids = host.launcher().ids();
    }

    /** The configuration. */
    Map<String, Object> of(BoxId box, Launch launch) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("ociVersion", "1.0.2");
        spec.put("process", process());
        spec.put("root", Map.of("path", host.mounts().resolve("root").toString()));
        spec.put("hostname", launch.hostname());
        spec.put("mounts", mounts(launch));
        spec.put("linux", linux(box, launch));
        Map<String, String> annotations = new LinkedHashMap<>();
        seccomp.compiled().ifPresent(filter -> annotations.put("run.oci.seccomp_bpf_data", filter));
        if (!ids.complete()) {
            // The kernel does not let a user without a range of ids drop groups.
            annotations.put("run.oci.keep_original_groups", "1");
        }
        spec.put("annotations", annotations);
        return spec;
    }

    private Map<String, Object> process() {
        long maxOpenFiles = OpenFiles.limit();
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("terminal", false);
        process.put("user", Map.of("uid", 0, "gid", 0));
        process.put("args", List.of(AGENT, "--listen-fd", "3"));
        process.put("env", List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"));
        process.put("cwd", "/");
        process.put("noNewPrivileges", false);
        process.put(
                "capabilities", Map.of("bounding", CAPABILITIES, "effective", CAPABILITIES, "permitted", CAPABILITIES));
        process.put(
                "rlimits",
                List.of(
                        Map.of(
                                "type",
                                "RLIMIT_NOFILE",
                                "soft",
                                Math.min(OPEN_FILES, maxOpenFiles),
                                "hard",
                                maxOpenFiles),
                        Map.of("type", "RLIMIT_CORE", "soft", 0, "hard", 0)));
        return process;
    }

    private List<Map<String, Object>> mounts(Launch launch) {
        List<Map<String, Object>> mounts = new ArrayList<>();
        mounts.add(mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev")));
        mounts.add(mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "strictatime", "mode=755", "size=1m")));
        List<String> terminals =
                new ArrayList<>(List.of("nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", TERMINALS));
        if (ids.complete()) {
            terminals.add("gid=5");
        }
        mounts.add(mount("/dev/pts", "devpts", "devpts", terminals));
        String shared = "size=" + Math.max(1, launch.limits().memoryMb() / 2) + "m";
        mounts.add(mount("/dev/shm", "tmpfs", "shm", List.of("nosuid", "nodev", "noexec", "mode=1777", shared)));
        mounts.add(mount("/dev/mqueue", "mqueue", "mqueue", List.of("nosuid", "noexec", "nodev")));
        mounts.add(mount("/sys", "sysfs", "sysfs", List.of("nosuid", "noexec", "nodev", "ro")));
        if (host.cgroups().version() != 0) {
            mounts.add(mount(
                    "/sys/fs/cgroup", "cgroup", "cgroup", List.of("nosuid", "noexec", "nodev", "relatime", "ro")));
        }
        for (String name : EtcFiles.NAMES) {
            Path copy = host.mounts().resolve("files").resolve(name);
            mounts.add(
                    mount("/etc/" + name, "bind", copy.toString(), List.of("bind", "rw", "nosuid", "nodev", "noexec")));
        }
        List<String> tool = List.of("bind", "ro", "nosuid", "nodev");
        mounts.add(mount(AGENT, "bind", host.agent().toString(), tool));
        mounts.add(mount(BUSYBOX, "bind", host.busybox().toString(), tool));
        return mounts;
    }

    private static Map<String, Object> mount(String destination, String type, String source, List<String> options) {
        Map<String, Object> mount = new LinkedHashMap<>();
        mount.put("destination", destination);
        mount.put("type", type);
        mount.put("source", source);
        mount.put("options", options);
        return mount;
    }

    private Map<String, Object> linux(BoxId box, Launch launch) {
        Map<String, Object> linux = new LinkedHashMap<>();
        List<String> namespaces = new ArrayList<>(List.of("pid", "ipc", "uts", "mount", "network"));
        Optional<String> group = host.cgroups().path(box);
        if (group.isPresent()) {
            namespaces.add("cgroup");
            linux.put("cgroupsPath", group.get());
            linux.put("resources", host.cgroups().resources(launch.limits()));
        }
        if (ids.privileged()) {
            // A user's box shares the user namespace that the launcher has entered.
            namespaces.add("user");
            linux.put("uidMappings", mappings(ids.users()));
            linux.put("gidMappings", mappings(ids.groups()));
        }
        linux.put(
                "namespaces",
                namespaces.stream().map(type -> Map.of("type", type)).toList());
        if (seccomp.compiled().isEmpty()) {
            linux.put("seccomp", seccomp.profile());
        }
        linux.put("maskedPaths", MASKED);
        linux.put("readonlyPaths", READ_ONLY);
        return linux;
    }

    private static List<Map<String, Long>> mappings(List<IdExtent> extents) {
        return extents.stream()
                .map(extent -> Map.of(
                        "containerID", extent.inside(),
                        "hostID", extent.outside(),
                        "size", extent.count()))
                .toList();
    }
}

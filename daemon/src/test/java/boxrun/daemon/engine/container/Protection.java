package boxrun.daemon.engine.container;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What stands between a box and its host, from the outside in. A test takes the first few away: then what they refuse
 * must succeed, or the test that it is refused shows nothing.
 */
enum Protection {
    /** The filter of system calls. */
    FILTER {
        @Override
        void takeFrom(Map<String, Object> spec) {
            spec.put("annotations", Map.of());
            linux(spec).remove("seccomp");
        }
    },
    /** The list of capabilities. */
    CAPABILITIES {
        @Override
        void takeFrom(Map<String, Object> spec) {
            List<String> all = new ArrayList<>(CAPABILITIES_OF_LINUX);
            process(spec).put("capabilities", Map.of("bounding", all, "effective", all, "permitted", all));
        }
    },
    /** Hidden and read-only places. */
    PLACES {
        @Override
        void takeFrom(Map<String, Object> spec) {
            linux(spec).remove("maskedPaths");
            linux(spec).remove("readonlyPaths");
            spec.put(
                    "mounts",
                    mounts(spec).stream()
                            .map(mount -> with(
                                    mount,
                                    "options",
                                    options(mount).stream()
                                            .map(option -> option.equals("ro") ? "rw" : option)
                                            .toList()))
                            .toList());
        }
    },
    /** The user namespace, and the control group of devices, which only matters without it. */
    USER_NAMESPACE {
        @Override
        void takeFrom(Map<String, Object> spec) {
            Map<String, Object> linux = linux(spec);
            linux.remove("uidMappings");
            linux.remove("gidMappings");
            linux.remove("resources");
            share(linux, List.of("user"));
        }
    },
    /** The namespaces of processes, network, and shared memory. */
    NAMESPACES {
        @Override
        void takeFrom(Map<String, Object> spec) {
            share(linux(spec), List.of("pid", "network", "ipc"));
            spec.put(
                    "mounts",
                    mounts(spec).stream()
                            .filter(mount -> !"mqueue".equals(mount.get("type")))
                            .toList());
        }
    };

    /** CAP_SYS_RESOURCE (24) is left out: a daemon in a container may lack it, and cannot give it. */
    private static final List<String> CAPABILITIES_OF_LINUX = List.of(
            "CAP_CHOWN",
            "CAP_DAC_OVERRIDE",
            "CAP_DAC_READ_SEARCH",
            "CAP_FOWNER",
            "CAP_FSETID",
            "CAP_IPC_LOCK",
            "CAP_KILL",
            "CAP_MKNOD",
            "CAP_NET_ADMIN",
            "CAP_NET_BIND_SERVICE",
            "CAP_NET_RAW",
            "CAP_SETFCAP",
            "CAP_SETGID",
            "CAP_SETPCAP",
            "CAP_SETUID",
            "CAP_SYS_ADMIN",
            "CAP_SYS_BOOT",
            "CAP_SYS_CHROOT",
            "CAP_SYS_MODULE",
            "CAP_SYS_NICE",
            "CAP_SYS_PACCT",
            "CAP_SYS_PTRACE",
            "CAP_SYS_RAWIO",
            "CAP_SYS_TIME",
            "CAP_SYSLOG");

    abstract void takeFrom(Map<String, Object> spec);

    /** The configuration without this protection and those before it. */
    Map<String, Object> takenWithAllBefore(Map<String, Object> spec) {
        for (Protection protection : values()) {
            if (protection.compareTo(this) <= 0) {
                protection.takeFrom(spec);
            }
        }
        return spec;
    }

    private static Map<String, Object> linux(Map<String, Object> spec) {
        return member(spec, "linux");
    }

    private static Map<String, Object> process(Map<String, Object> spec) {
        return member(spec, "process");
    }

    static List<Map<String, Object>> mounts(Map<String, Object> spec) {
        return member(spec, "mounts");
    }

    private static List<String> options(Map<String, Object> mount) {
        return member(mount, "options");
    }

    /** The specification's types are known here, and checked by the runtime that reads it. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T> T member(Map<String, Object> map, String key) {
        return (T) Objects.requireNonNull(map.get(key), key);
    }

    private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(map);
        changed.put(key, value);
        return changed;
    }

    private static void share(Map<String, Object> linux, List<String> types) {
        List<Map<String, String>> namespaces = member(linux, "namespaces");
        linux.put(
                "namespaces",
                namespaces.stream()
                        .filter(namespace -> !types.contains(namespace.get("type")))
                        .toList());
    }
}

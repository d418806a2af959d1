package boxrun.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * {@code GET /v1/info}.
 *
 * @param maxCpu CPUs of the host, or {@code BOXRUN_MAX_CPU}
 * @param maxMemoryMb MiB of the host, or {@code BOXRUN_MAX_MEMORY_MB}
 * @param version the daemon's version, as {@code boxrun version} prints it
 * @param build identifies one build of boxrun: client and daemon of different builds do not talk to each other
 * @param pid the daemon's process id
 * @param engine the name of the engine that new boxes get
 * @param enforced for each limit, whether this host can enforce it: cpu, memory, pids, disk, nofile
 * @param unsupported what this engine on this host cannot do, one sentence each
 */
public record DaemonInfo(
        BigDecimal maxCpu,
        long maxMemoryMb,
        String version,
        String build,
        long pid,
        String engine,
        Map<String, Boolean> enforced,
        List<String> unsupported,
        Map<String, String> imageAliases,
        String stateDir) {}

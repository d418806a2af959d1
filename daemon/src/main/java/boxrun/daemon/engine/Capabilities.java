package boxrun.daemon.engine;

import java.util.List;
import java.util.Map;

/**
 * What an engine can do on this host.
 *
 * @param cpu, memory, pids, disk, openFiles whether that limit is enforced by the kernel
 * @param unsupported what it cannot do, one sentence each, with the reason
 */
public record Capabilities(
        boolean cpu, boolean memory, boolean pids, boolean disk, boolean openFiles, List<String> unsupported) {
    public Capabilities {
        unsupported = List.copyOf(unsupported);
    }

    /** For each limit by its name on the wire whether it is enforced. */
    public Map<String, Boolean> enforced() {
        return Map.of("cpu", cpu, "memory", memory, "pids", pids, "disk", disk, "nofile", openFiles);
    }
}

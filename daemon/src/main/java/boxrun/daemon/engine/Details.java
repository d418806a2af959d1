package boxrun.daemon.engine;

import java.util.Map;
import java.util.OptionalLong;

/**
 * Where people find a box when they look deeper, by names of the engine's own. Nothing in the daemon depends on it.
 *
 * @param process the number of its first process, where that is one of this host
 * @param paths of what the engine keeps of it
 * @param network its addresses, when it has a network
 */
public record Details(OptionalLong process, Map<String, String> paths, Map<String, String> network) {
    public Details {
        paths = Map.copyOf(paths);
        network = Map.copyOf(network);
    }
}

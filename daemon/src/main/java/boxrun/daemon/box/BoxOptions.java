package boxrun.daemon.box;

import boxrun.api.Port;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a box beyond what every client sees of it.
 *
 * @param ports with an address and a number each: a free one was chosen where any would do
 * @param pids processes and threads it may have; null for what the daemon's settings say
 */
record BoxOptions(
        Map<String, String> labels,
        List<Port> ports,
        @Nullable Integer pids) {
    static final BoxOptions NONE = new BoxOptions(Map.of(), List.of(), null);

    BoxOptions {
        labels = Map.copyOf(labels);
        ports = List.copyOf(ports);
    }

    Optional<Integer> ownPids() {
        return Optional.ofNullable(pids);
    }

    /** The same with ports that are all known. */
    BoxOptions choosingPorts() {
        return new BoxOptions(labels, HostPorts.chosen(ports), pids);
    }
}

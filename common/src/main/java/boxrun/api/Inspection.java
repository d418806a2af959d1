package boxrun.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/boxes/{id}:inspect}: a box and what the host knows of it.
 *
 * @param engine the name of the engine that has its disk
 * @param imageDigest of the image's manifest; null for one without
 * @param pid the host's number of the box's first process; null while the box does not run
 * @param paths where the engine keeps what, by names of its own
 * @param network addresses inside the box, by names of the engine's own; empty without a network
 */
public record Inspection(
        Box box,
        Map<String, String> labels,
        List<Port> ports,
        String engine,
        @Nullable String imageDigest,
        @Nullable Long pid,
        Map<String, String> paths,
        Limits limits,
        Map<String, String> network) {

    /** In the units of the members of a box that have these names; {@code nofile} is a number of open files. */
    public record Limits(Limit cpu, Limit memoryMb, Limit pids, Limit diskSizeGb, Limit nofile) {}

    /**
     * One limit.
     *
     * @param wanted what was asked for, or the default; null where nothing can be asked for
     * @param effective what the kernel says; null when it says nothing, or the box does not run
     * @param enforced whether this host can enforce it
     */
    public record Limit(
            @Nullable BigDecimal wanted, @Nullable BigDecimal effective, boolean enforced) {}
}

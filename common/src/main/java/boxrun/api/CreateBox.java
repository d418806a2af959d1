package boxrun.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/boxes}: only {@code image} is required; what is absent gets the default that docs/api.md names.
 *
 * @param ports to be reached on the host; they need {@code network}
 * @param pids processes and threads the box may have
 * @param pull {@code missing} (the default), {@code always} or {@code never}
 */
public record CreateBox(
        @Nullable String image,
        @Nullable String name,
        @Nullable BigDecimal cpu,
        @Nullable Integer memoryMb,
        @Nullable Integer diskSizeGb,
        @Nullable Boolean network,
        @Nullable String workdir,
        @Nullable Map<String, String> env,
        @Nullable List<Volume> volumes,
        @Nullable Map<String, String> labels,
        @Nullable List<Port> ports,
        @Nullable Integer pids,
        @Nullable PullPolicy pull) {

    /** The same with another policy. */
    public CreateBox pulling(PullPolicy policy) {
        return new CreateBox(
                image, name, cpu, memoryMb, diskSizeGb, network, workdir, env, volumes, labels, ports, pids, policy);
    }

    /** Without the members that came later. */
    public CreateBox(
            @Nullable String image,
            @Nullable String name,
            @Nullable BigDecimal cpu,
            @Nullable Integer memoryMb,
            @Nullable Integer diskSizeGb,
            @Nullable Boolean network,
            @Nullable String workdir,
            @Nullable Map<String, String> env,
            @Nullable List<Volume> volumes) {
        this(image, name, cpu, memoryMb, diskSizeGb, network, workdir, env, volumes, null, null, null, null);
    }
}

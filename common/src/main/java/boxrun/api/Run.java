package boxrun.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/run}: make a box, run one command, destroy the box. {@code image} and {@code cmd} are required.
 *
 * @param stdin, user, tty as in {@link StartExec}
 * @param pull, labels, ports, pids, name as in {@link CreateBox}
 */
public record Run(
        @Nullable String image,
        @Nullable List<String> cmd,
        @Nullable BigDecimal cpu,
        @Nullable Integer memoryMb,
        @Nullable Integer diskSizeGb,
        @Nullable Boolean network,
        @Nullable Map<String, String> env,
        @Nullable List<Volume> volumes,
        @Nullable String workdir,
        @Nullable Long timeoutMs,
        @Nullable Boolean stdin,
        @Nullable String user,
        @Nullable Boolean tty,
        @Nullable PullPolicy pull,
        @Nullable Map<String, String> labels,
        @Nullable List<Port> ports,
        @Nullable Integer pids,
        @Nullable String name) {

    /** Without the members that came later. */
    public Run(
            @Nullable String image,
            @Nullable List<String> cmd,
            @Nullable BigDecimal cpu,
            @Nullable Integer memoryMb,
            @Nullable Integer diskSizeGb,
            @Nullable Boolean network,
            @Nullable Map<String, String> env,
            @Nullable List<Volume> volumes,
            @Nullable String workdir,
            @Nullable Long timeoutMs,
            @Nullable Boolean stdin,
            @Nullable String user,
            @Nullable Boolean tty,
            @Nullable PullPolicy pull) {
        this(
                image,
                cmd,
                cpu,
                memoryMb,
                diskSizeGb,
                network,
                env,
                volumes,
                workdir,
                timeoutMs,
                stdin,
                user,
                tty,
                pull,
                null,
                null,
                null,
                null);
    }
}

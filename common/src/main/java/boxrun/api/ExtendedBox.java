package boxrun.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link Box} with the members that came later: an element of {@code GET /v1/boxes?extended=true}. */
public record ExtendedBox(
        String id,
        @Nullable String name,
        BoxStatus status,
        String image,
        BigDecimal cpu,
        int memoryMb,
        int diskSizeGb,
        boolean network,
        String workdir,
        Map<String, String> env,
        List<Volume> volumes,
        @Nullable String errorCode,
        @Nullable String errorMessage,
        Instant createdAt,
        @Nullable Instant startedAt,
        @Nullable Instant stoppedAt,
        Map<String, String> labels,
        List<Port> ports) {

    public static ExtendedBox of(Box box, Map<String, String> labels, List<Port> ports) {
        return new ExtendedBox(
                box.id(),
                box.name(),
                box.status(),
                box.image(),
                box.cpu(),
                box.memoryMb(),
                box.diskSizeGb(),
                box.network(),
                box.workdir(),
                box.env(),
                box.volumes(),
                box.errorCode(),
                box.errorMessage(),
                box.createdAt(),
                box.startedAt(),
                box.stoppedAt(),
                labels,
                ports);
    }

    /** Without the members that came later. */
    public Box box() {
        return new Box(
                id,
                name,
                status,
                image,
                cpu,
                memoryMb,
                diskSizeGb,
                network,
                workdir,
                env,
                volumes,
                errorCode,
                errorMessage,
                createdAt,
                startedAt,
                stoppedAt);
    }
}

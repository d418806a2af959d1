package boxrun.api;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A box as clients see it. The key set is fixed: older clients build their objects from exactly these keys. */
public record Box(
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
        @Nullable Instant stoppedAt) {}

package boxrun.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command in a box as clients see it. The key set is fixed. */
public record Exec(
        String id,
        String boxId,
        ExecStatus status,
        List<String> cmd,
        Map<String, String> env,
        @Nullable String workdir,
        @Nullable Long timeoutMs,
        @Nullable Integer exitCode,
        @Nullable String errorMessage,
        Instant createdAt,
        @Nullable Instant finishedAt) {}

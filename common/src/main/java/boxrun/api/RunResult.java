package boxrun.api;

import org.jspecify.annotations.Nullable;

/** The answer of {@code POST /v1/run}; {@code error_message} is null when the command ended by itself. */
public record RunResult(
        int exitCode,
        String stdout,
        String stderr,
        @Nullable String errorMessage) {}

package boxrun.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The data of an SSE event of a command: {@code event: log} for output, {@code event: exit} for the end.
 *
 * @param stream null for the exit event
 * @param data text, or base64 when {@code encoding} says so; for the exit event the JSON text of an {@link ExitData}
 * @param seq one number for both streams, from 1, strictly rising
 * @param encoding {@code "base64"} when the bytes are not valid UTF-8, otherwise absent
 * @param time when the daemon got it, where that was asked for and is known
 */
public record LogEvent(
        @Nullable Stream stream,
        String data,
        long seq,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String encoding,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant time) {}

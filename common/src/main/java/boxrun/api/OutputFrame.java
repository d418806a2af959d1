package boxrun.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon says, in text frames, on the WebSocket of a command; its binary frames are output. A command on a
 * terminal has one output, and a binary frame is its bytes; otherwise the first byte of a binary frame says which
 * output the rest belongs to, {@link #STDOUT} or {@link #STDERR}.
 *
 * <p>The last text frame is an {@link Exit} or a {@link Failed}; then the daemon closes the socket.
 */
public sealed interface OutputFrame {
    byte STDOUT = 1;
    byte STDERR = 2;

    /** The image of a {@code /v1/run} is being pulled: as {@link PullProgress}. */
    record Progress(PullProgress.Phase phase, @Nullable String layer, long current, long total)
            implements OutputFrame {}

    /** The command runs: from here on signals reach it. */
    record Started() implements OutputFrame {}

    /** The command ended, after all its output. */
    record Exit(
            int code,
            @JsonInclude(JsonInclude.Include.NON_NULL) ExitData.@Nullable ExitError error) implements OutputFrame {}

    /** The command could not be run, as {@link Problem}. */
    record Failed(ErrorCode code, String message) implements OutputFrame {}
}

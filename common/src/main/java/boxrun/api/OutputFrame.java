package boxrun.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon says, in text frames, on the WebSocket of a command; its binary frames are output. On {@code /v1/run}
 * the first byte of a binary frame says which output the rest belongs to, {@link #STDOUT} or {@link #STDERR}; a command
 * on a terminal has stdout only.
 *
 * <p>The last text frame is an {@link Exit} or an {@link Error}; then the daemon closes the socket.
 */
public sealed interface OutputFrame {
    byte STDOUT = 1;
    byte STDERR = 2;

    /** The image is being fetched: as {@link PullProgress}. */
    record Progress(PullProgress.Phase phase, @Nullable String layer, long current, long total)
            implements OutputFrame {}

    /** Something that the client should know although it gets what it asked for: one sentence. */
    record Warning(String message) implements OutputFrame {}

    /** The command runs: from here on signals reach it. */
    record Started() implements OutputFrame {}

    /** The command ended, after all its output. */
    record Exit(
            int code,
            @JsonInclude(JsonInclude.Include.NON_NULL) ExitData.@Nullable ExitError error) implements OutputFrame {}

    /** Nothing was run: as {@link Problem}, with the next step to take. */
    @SuppressWarnings("JavaLangClash") // its name is the frame's type on the wire
    record Error(ErrorCode code, String message, @Nullable String hint) implements OutputFrame {}
}

package boxrun.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** How a command ended: the JSON text inside an exit event's {@code data}. */
public record ExitData(
        int exitCode,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable ExitError error) {

    /** Why the command did not end by itself. */
    public record ExitError(Cause code, String message) {}

    /** The causes, by their wire names. */
    public enum Cause {
        TIMEOUT,
        CANCELED,
        OOM_KILLED,
        DISK_FULL,
        BOX_STOPPED,
        RUNTIME_ERROR
    }
}

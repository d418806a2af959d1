package boxrun.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The data of an {@code event: exec}: something happened to a command.
 *
 * @param exitCode null until it has ended
 */
public record ExecEvent(
        Action action,
        Instant at,
        String id,
        String boxId,
        @Nullable Integer exitCode) {

    /** What happened. */
    public enum Action {
        @JsonProperty("started")
        STARTED,
        @JsonProperty("finished")
        FINISHED
    }
}

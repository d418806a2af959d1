package boxrun.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The data of an {@code event: box}: something happened to a box.
 *
 * @param name the box's name then, the new one when it was renamed
 * @param reason one sentence, where nobody asked for it
 */
public record BoxEvent(
        Action action,
        Instant at,
        String id,
        @Nullable String name,
        @Nullable String reason) {

    /** What happened. */
    public enum Action {
        @JsonProperty("created")
        CREATED,
        @JsonProperty("started")
        STARTED,
        /** On request, or by itself. */
        @JsonProperty("stopped")
        STOPPED,
        /** It could not be started. */
        @JsonProperty("failed")
        FAILED,
        @JsonProperty("removed")
        REMOVED,
        @JsonProperty("renamed")
        RENAMED
    }
}

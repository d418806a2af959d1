package boxrun.api;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * The data of an {@code event: progress} while an image is pulled or loaded.
 *
 * @param phase what is being done
 * @param layer digest of the layer, null for what concerns the whole image
 * @param current bytes done so far
 * @param total bytes in all, 0 when unknown
 */
public record PullProgress(Phase phase, @Nullable String layer, long current, long total) {

    /** The steps of a pull, in order. */
    public enum Phase {
        @JsonProperty("resolving")
        RESOLVING,
        @JsonProperty("downloading")
        DOWNLOADING,
        @JsonProperty("unpacking")
        UNPACKING,
        /** The layer was in the store already. */
        @JsonProperty("present")
        PRESENT,
        @JsonProperty("done")
        DONE
    }
}

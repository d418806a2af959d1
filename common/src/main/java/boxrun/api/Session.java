package boxrun.api;

import java.time.Instant;
import java.util.List;

/**
 * A terminal in a box that lives on when its client leaves.
 *
 * @param attached whether a client is there
 */
public record Session(String name, List<String> cmd, boolean attached, Instant createdAt) {
    public Session {
        cmd = List.copyOf(cmd);
    }
}

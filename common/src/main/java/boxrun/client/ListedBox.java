package boxrun.client;

import boxrun.api.BoxStatus;
import boxrun.api.ExtendedBox;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a list for people shows of a box; the other members of an {@link ExtendedBox} are not even read. */
public record ListedBox(
        String id,
        @Nullable String name,
        BoxStatus status,
        String image,
        @Nullable String errorMessage,
        Instant createdAt,
        @Nullable Instant stoppedAt) {

    public static ListedBox of(ExtendedBox box) {
        return new ListedBox(
                box.id(), box.name(), box.status(), box.image(), box.errorMessage(), box.createdAt(), box.stoppedAt());
    }
}

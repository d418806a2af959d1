package boxrun.api;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image in the store: an element of {@code GET /v1/images}.
 *
 * @param reference what a user writes to get it, in full ({@code docker.io/library/ubuntu:24.04})
 * @param digest of the manifest, {@code sha256:…}
 * @param size bytes of its unpacked layers on disk
 * @param aliases short names that resolve to it
 * @param createdAt when the image was built, as its configuration says
 * @param pulledAt when it came into the store
 */
public record Image(
        String reference,
        String digest,
        String platform,
        long size,
        int layers,
        List<String> aliases,
        @Nullable Instant createdAt,
        Instant pulledAt) {}

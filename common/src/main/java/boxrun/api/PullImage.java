package boxrun.api;

import org.jspecify.annotations.Nullable;

/** {@code POST /v1/images:pull}. */
public record PullImage(@Nullable String image) {}

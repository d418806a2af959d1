package boxrun.api;

import org.jspecify.annotations.Nullable;

/** {@code POST /v1/boxes/{id}:rename}. */
public record RenameBox(@Nullable String name) {}

package boxrun.api;

import org.jspecify.annotations.Nullable;

/** {@code POST /v1/gc}: {@code older_than} in seconds, 3600 when absent. */
public record Gc(@Nullable Long olderThan) {
    /** The answer: how many boxes were removed. */
    public record Result(int removed) {}
}

package boxrun.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a registry is asked for an image. */
public enum PullPolicy {
    /** Only when the image is not in the store. */
    @JsonProperty("missing")
    MISSING,
    /** Every time; layers that are in the store are not fetched again. */
    @JsonProperty("always")
    ALWAYS,
    /** Not at all: an image that is not in the store is an error. */
    @JsonProperty("never")
    NEVER
}

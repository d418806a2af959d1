package boxrun.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The state of a command in a box. */
public enum ExecStatus {
    @JsonProperty("running")
    RUNNING,
    /** It ended with exit code 0. */
    @JsonProperty("succeeded")
    SUCCEEDED,
    /** It ended with another exit code, by a signal, or could not be started. */
    @JsonProperty("failed")
    FAILED,
    @JsonProperty("canceled")
    CANCELED,
    @JsonProperty("timeout")
    TIMEOUT
}

package boxrun.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The state of a box. */
public enum BoxStatus {
    /** Its image is being pulled or its processes are being set up. */
    @JsonProperty("creating")
    CREATING,
    @JsonProperty("running")
    RUNNING,
    /** No process; the disk is kept. */
    @JsonProperty("stopped")
    STOPPED,
    /** It failed; {@code error_code} and {@code error_message} say why. */
    @JsonProperty("error")
    ERROR
}

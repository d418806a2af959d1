package boxrun.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** One of the two outputs of a command. A command on a terminal has stdout only. */
public enum Stream {
    @JsonProperty("stdout")
    STDOUT,
    @JsonProperty("stderr")
    STDERR
}

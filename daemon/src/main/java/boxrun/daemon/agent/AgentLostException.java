package boxrun.daemon.agent;

import org.jspecify.annotations.Nullable;

/** The agent cannot be reached, does not answer in time, or has ended the connection. */
public final class AgentLostException extends AgentException {
    private static final long serialVersionUID = 1L;

    AgentLostException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

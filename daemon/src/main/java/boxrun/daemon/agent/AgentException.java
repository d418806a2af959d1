package boxrun.daemon.agent;

import org.jspecify.annotations.Nullable;

/** A failure on the way to an agent or back; the message says what failed and why. */
public sealed class AgentException extends RuntimeException
        permits AgentLostException, AgentProtocolException, CommandNotStartedException {
    private static final long serialVersionUID = 1L;

    AgentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    public final String message() {
        String message = getMessage();
        return message == null ? getClass().getSimpleName() : message;
    }
}

package boxrun.client;

import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * There is no connection to the daemon, or it broke. What the daemon answers is a {@link boxrun.api.ProblemException}.
 */
public final class ConnectionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean connected;

    ConnectionException(String message, boolean connected, IOException cause) {
        super(message, cause);
        this.connected = connected;
    }

    /** False when not even a connection could be made: nothing was asked for. */
    public boolean connected() {
        return connected;
    }

    /** True when the daemon took longer to answer than it was allowed. */
    public boolean late() {
        return getCause() instanceof SocketTimeoutException;
    }

    public String message() {
        return String.valueOf(getMessage());
    }
}

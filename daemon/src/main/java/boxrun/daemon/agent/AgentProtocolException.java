package boxrun.daemon.agent;

/** What came from an agent is not the protocol, or not a version of it that this daemon speaks. */
public final class AgentProtocolException extends AgentException {
    private static final long serialVersionUID = 1L;

    AgentProtocolException(String message) {
        super(message, null);
    }
}

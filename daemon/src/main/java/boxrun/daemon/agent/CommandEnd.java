package boxrun.daemon.agent;

/** How a command ended, or that no more is heard of it. */
public sealed interface CommandEnd {

    /** It exited by itself with a code from 0 to 255. */
    record Exited(int code) implements CommandEnd {}

    /** A signal ended it. */
    record Signaled(int signal) implements CommandEnd {}

    /**
     * The connection is gone, or the listener has failed. The command may go on: {@link AgentConnection#resume} on a
     * new connection takes it up again.
     *
     * @param reason one clause
     */
    record Lost(String reason) implements CommandEnd {}
}

package boxrun.daemon.agent;

import java.util.Optional;

/**
 * A command that an agent knows.
 *
 * @param pid in the box; 0 while starting
 * @param stdout, stderr what the agent holds of each output
 */
public record KnownCommand(
        String id, State state, int pid, boolean terminal, Held stdout, Held stderr, CommandEnd lastEnd) {

    /** Where a command stands. */
    public enum State {
        STARTING,
        RUNNING,
        FINISHED
    }

    /** The bytes from {@code acknowledged} on to {@code end}. */
    public record Held(long acknowledged, long end) {}

    /** How it ended; empty while it runs. */
    public Optional<CommandEnd> end() {
        return state == State.FINISHED ? Optional.of(lastEnd) : Optional.empty();
    }
}

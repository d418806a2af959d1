package boxrun.client;

import java.util.Optional;

/** Events that are read while they happen. One thread reads; any thread may close. */
public interface RunEvents extends AutoCloseable {

    /**
     * Waits for the next event; empty after {@link RunEvent.Exit}.
     *
     * @throws boxrun.api.ProblemException when what was asked for failed
     * @throws ConnectionException when the connection broke before the end was told
     */
    Optional<RunEvent> next();

    /** Stops reading. Of a run in a box of its own, this is the end of the box. */
    @Override
    void close();
}

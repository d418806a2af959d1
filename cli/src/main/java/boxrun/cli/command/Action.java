package boxrun.cli.command;

import java.io.IOException;

/** What to do: a value, so that tests of parsing can compare it. */
public interface Action {
    /**
     * Does it.
     *
     * @return the exit code
     */
    int run(Session session) throws IOException, InterruptedException;
}

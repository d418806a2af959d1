package boxrun.cli.command;

import java.util.function.Consumer;

/**
 * The way from this process to the command that it shows, for any thread. When the command cannot be reached the first
 * two throw {@link boxrun.client.ConnectionException}.
 *
 * @param signal sends a signal, named without SIG
 * @param resize tells the size of the user's window
 * @param close gives the command up: whoever waits for it stops waiting
 */
record CommandLink(Consumer<String> signal, Resize resize, Runnable close) {
    /** Takes the size of a window in characters. */
    interface Resize {
        void to(int columns, int rows);

        /** For a command without a terminal. */
        Resize NOBODY_CARES = (columns, rows) -> {};
    }
}

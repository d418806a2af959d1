package boxrun.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The terminal of this process, which can be made raw: then every key goes to the command in the box, Ctrl-C too.
 * Closing puts it back as it was.
 *
 * <p>A small shell process, the keeper, does the work with {@code stty}: it saves the settings, answers questions about
 * the window's size, makes the terminal raw when told to, and puts the settings back when its standard input ends. That
 * happens on {@link #close} and also when this process dies, by whatever signal, so the user's terminal is restored
 * whatever happens. It ignores the signals that a terminal sends to its whole process group, and the one that would
 * stop it for changing a terminal it is no longer in front of.
 */
public final class RawTerminal implements AutoCloseable {
    private static final String KEEPER = """
            trap '' INT QUIT HUP TERM TSTP TTOU TTIN PIPE
            (: </dev/tty) 2>/dev/null && tty=/dev/tty || tty=/proc/$PPID/fd/0
            exec 3<>"$tty" || exit 1
            saved=$(stty -g <&3) || exit 1
            size() { stty size <&3 2>/dev/null || echo 0 0; }
            size
            while read -r order; do
                [ "$order" != raw ] || stty raw -echo <&3
                size
            done
            stty "$saved" <&3
            """;

    private final Process keeper;
    private final Writer orders;
    private final BufferedReader answers;
    private TerminalSize size = TerminalSize.UNKNOWN;

    private RawTerminal(Process keeper) {
        this.keeper = keeper;
        this.orders = keeper.outputWriter(StandardCharsets.US_ASCII);
        this.answers = keeper.inputReader(StandardCharsets.US_ASCII);
    }

    /** Takes hold of the terminal, which stays as it is. */
    public static RawTerminal open() throws IOException {
        RawTerminal terminal = new RawTerminal(new ProcessBuilder("/bin/sh", "-c", KEEPER)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
        terminal.answer();
        return terminal;
    }

    /** The size when it was last measured. */
    public synchronized TerminalSize size() {
        return size;
    }

    /** Asks for the size, after the window changed. */
    public TerminalSize measure() throws IOException {
        return order("size");
    }

    /** Makes the terminal raw. */
    public void makeRaw() throws IOException {
        order("raw");
    }

    private synchronized TerminalSize order(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        return answer();
    }

    private synchronized TerminalSize answer() throws IOException {
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("cannot control the terminal");
        }
        size = TerminalSize.parse(answer);
        return size;
    }

    /** Puts the terminal's settings back and waits until they are. */
    @Override
    public void close() {
        try {
            orders.close();
            if (!keeper.waitFor(2, TimeUnit.SECONDS)) {
                keeper.destroyForcibly();
            }
        } catch (IOException | InterruptedException e) {
            // The keeper's input ends in any case when this process does.
            Thread.currentThread().interrupt();
        }
    }
}

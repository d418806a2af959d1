package boxrun.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * The terminal of this process in raw mode, until closed: every key goes to the command in the box, Ctrl-C too.
 *
 * <p>A small shell process, the keeper, does the work with {@code stty}: it saves the settings, makes the terminal raw,
 * answers with the window's size when asked, and puts the settings back when its standard input ends. That happens on
 * {@link #close} and also when this process dies, by whatever signal, so the user's terminal is restored whatever
 * happens. It ignores the signals that a terminal sends to its whole process group, and the one that would stop it for
 * changing a terminal it is no longer in front of.
 */
public final class RawTerminal implements AutoCloseable {
    /** On one line when ready: the size. Fails (and says why) where there is no terminal. */
    private static final String KEEPER = """
            trap '' INT QUIT HUP TERM TSTP TTOU TTIN PIPE
            (: </dev/tty) 2>/dev/null && tty=/dev/tty || tty=/proc/$PPID/fd/0
            exec 3<>"$tty" || exit 1
            saved=$(stty -g <&3) || exit 1
            stty raw -echo <&3 || exit 1
            stty size <&3 2>/dev/null || echo 0 0
            while read -r question; do stty size <&3 2>/dev/null || echo 0 0; done
            stty "$saved" <&3
            """;

    private final Process keeper;
    private final Writer questions;
    private final BufferedReader answers;
    private TerminalSize size;

    private RawTerminal(Process keeper) throws IOException {
        this.keeper = keeper;
        this.questions = keeper.outputWriter(StandardCharsets.US_ASCII);
        this.answers = keeper.inputReader(StandardCharsets.US_ASCII);
        this.size = read();
    }

    /** Makes the terminal raw; on failure it is as it was. */
    public static RawTerminal open() throws IOException {
        return new RawTerminal(new ProcessBuilder("/bin/sh", "-c", KEEPER)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** The size when it was last asked for. */
    public synchronized TerminalSize size() {
        return size;
    }

    /** Asks for the size, after the window changed. */
    public synchronized TerminalSize measure() throws IOException {
        questions.write("size\n");
        questions.flush();
        size = read();
        return size;
    }

    private TerminalSize read() throws IOException {
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the terminal cannot be made raw");
        }
        return TerminalSize.parse(answer);
    }

    /** Puts the terminal's settings back and waits until they are. */
    @Override
    public void close() {
        try {
            questions.close();
            if (!keeper.waitFor(2, TimeUnit.SECONDS)) {
                keeper.destroyForcibly();
            }
        } catch (IOException | InterruptedException e) {
            // The keeper's input is closed in any case when this process ends.
            Thread.currentThread().interrupt();
        }
    }
}

package boxrun.cli.terminal;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * A small shell process that remembers the terminal's settings and puts them back when its standard input ends. That
 * happens on {@link #close} and also when this process dies, by whatever signal: after {@code kill -9} nothing in this
 * process can restore anything. It ignores the signals that a terminal sends to its whole process group, and the one
 * that would stop it for changing a terminal it is no longer in front of.
 */
final class TerminalKeeper implements AutoCloseable {
    /**
     * Works on the terminal of this process's standard input, the one that is made raw. After {@code su} that may not
     * be opened by name, but the controlling terminal, which then is the same, may.
     */
    private static final String SCRIPT = """
            trap '' INT QUIT HUP TERM TSTP TTOU TTIN PIPE
            tty=/proc/$PPID/fd/0
            (: <"$tty") 2>/dev/null || tty=/dev/tty
            exec 3<"$tty" || exit
            saved=$(stty -g <&3) || exit
            echo saved
            read -r end
            exec stty "$saved" <&3 2>/dev/null
            """;

    private final Process shell;
    private final BufferedReader answers;

    private TerminalKeeper(Process shell) {
        this.shell = shell;
        this.answers = shell.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts a keeper, without waiting for it. */
    static TerminalKeeper start() throws IOException {
        return new TerminalKeeper(new ProcessBuilder("/bin/sh", "-c", SCRIPT)
                .redirectErrorStream(true)
                .start());
    }

    /** Waits until the settings are safe; fails with the words of the shell when it cannot read them. */
    void awaitSaved() throws IOException {
        String answer = answers.readLine();
        if (!"saved".equals(answer)) {
            throw new IOException(
                    "the terminal's settings cannot be read" + (answer == null ? "" : ": " + answer.strip()));
        }
    }

    /** Has the settings put back and waits until they are, for two seconds at most: a stopped terminal may block. */
    @Override
    public void close() {
        try {
            shell.getOutputStream().close();
        } catch (IOException gone) {
            // The keeper was killed: there is nothing to tell and nobody to wait for.
        }
        try {
            if (!shell.waitFor(2, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
            }
        } catch (InterruptedException hurried) {
            // The keeper goes on by itself.
            Thread.currentThread().interrupt();
        }
    }
}

package boxrun.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A terminal with a shell in it, driven like a person would: keys go in, the screen is read. */
public final class Tmux implements AutoCloseable {
    private final String socket = "boxrun-test-" + UUID.randomUUID();

    private Tmux() {}

    /** A bash without anybody's configuration in a terminal of a size. */
    public static Tmux start(int columns, int rows) {
        Tmux tmux = new Tmux();
        tmux.run(
                "-f",
                "/dev/null",
                "new-session",
                "-d",
                "-x",
                "" + columns,
                "-y",
                "" + (rows + 1),
                "env PS1='$ ' bash --norc --noprofile");
        tmux.run("set-option", "-g", "history-limit", "5000");
        // The status line takes a row; a window of a size of its own is needed to resize it without a client.
        tmux.run("set-option", "-g", "window-size", "manual");
        tmux.resize(columns, rows);
        tmux.await("\\$ ");
        return tmux;
    }

    /** Types text; a line break is the Enter key. */
    public void type(String text) {
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            if (!lines[i].isEmpty()) {
                run("send-keys", "-l", lines[i]);
            }
            if (i < lines.length - 1) {
                key("Enter");
            }
        }
    }

    /** Presses one key by tmux's name for it, such as {@code C-c}. */
    public void key(String name) {
        run("send-keys", name);
    }

    /** Changes the size of the window. */
    public void resize(int columns, int rows) {
        run("resize-window", "-x", "" + columns, "-y", "" + rows);
    }

    /** What is on the screen and above it, without wrapping. */
    public String screen() {
        return run("capture-pane", "-p", "-J", "-S", "-");
    }

    /**
     * What programs have made of the terminal, as a line of words that is empty for a terminal as it begins: another
     * screen, no cursor, reports of the mouse, other keys.
     */
    public String modes() {
        return run(
                        "display-message",
                        "-p",
                        "#{?alternate_on,screen ,}#{?cursor_flag,,nocursor }#{?mouse_any_flag,mouse ,}#{?keypad_flag,keypad,}")
                .strip();
    }

    /** The process that the terminal was made for. */
    public long process() {
        return Long.parseLong(run("display-message", "-p", "#{pane_pid}").strip());
    }

    /** Waits until the screen shows text that matches; the test's own timeout bounds it. */
    public Matcher await(String pattern) {
        Pattern wanted = Pattern.compile(pattern);
        while (true) {
            Matcher matcher = wanted.matcher(screen());
            if (matcher.find()) {
                return matcher;
            }
            if (Thread.interrupted()) {
                throw new AssertionError("no '" + pattern + "' on the screen:\n" + screen());
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private String run(String... words) {
        List<String> command = new ArrayList<>(List.of("tmux", "-L", socket));
        command.addAll(List.of(words));
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().remove("TMUX");
            Process process = builder.start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(command + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted: " + command, e);
        }
    }

    /** Ends the terminal and everything that runs in it. */
    @Override
    public void close() {
        Thread.interrupted();
        run("kill-server");
    }
}

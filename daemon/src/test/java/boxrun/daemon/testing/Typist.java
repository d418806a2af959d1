package boxrun.daemon.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import boxrun.api.ExitData;
import boxrun.client.Attach;
import boxrun.client.AttachSession;
import boxrun.client.BoxrunClient;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Somebody at a terminal in a box, who types and waits for what shows. One character stands for one byte. */
public final class Typist implements AutoCloseable {
    private final AttachSession terminal;
    private final StringBuilder shown = new StringBuilder();

    private Typist(AttachSession terminal) {
        this.terminal = terminal;
    }

    /** A terminal of 80 times 24 that runs a command, or a shell whose prompt is {@code ready> }. */
    public static Typist at(BoxrunClient client, String box, @Nullable String session, String... command) {
        List<String> words = command.length == 0 ? List.of("bash", "--norc") : List.of(command);
        return new Typist(
                client.attach(box, new Attach(words, 80, 24, "xterm", null, null, Map.of("PS1", "ready> "), session)));
    }

    public AttachSession terminal() {
        return terminal;
    }

    public Typist type(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        terminal.type(bytes, 0, bytes.length);
        return this;
    }

    /** Waits for a text, and returns what was shown up to its end since the last time. */
    public String await(String text) {
        int at = shown.indexOf(text);
        while (at < 0) {
            Optional<ByteBuffer> more = terminal.next();
            if (more.isEmpty()) {
                throw new AssertionError("the command ended, without " + text + ": " + shown);
            }
            shown.append(ISO_8859_1.decode(more.get()));
            at = shown.indexOf(text);
        }
        String before = shown.substring(0, at + text.length());
        shown.delete(0, at + text.length());
        return before;
    }

    /** What is shown until the command ends. */
    public String rest() {
        for (Optional<ByteBuffer> more = terminal.next(); more.isPresent(); more = terminal.next()) {
            shown.append(ISO_8859_1.decode(more.get()));
        }
        return shown.toString();
    }

    /** Waits for the command's end. */
    public ExitData exit() {
        rest();
        return terminal.exit().orElseThrow();
    }

    @Override
    public void close() {
        terminal.close();
    }
}

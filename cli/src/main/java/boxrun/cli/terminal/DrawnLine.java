package boxrun.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/** One line of standard error that is written over, not too often, and can be taken away. */
final class DrawnLine {
    private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(80);

    /** A line that wraps could not be written over: what does not fit is written over the last column. */
    private static final String NO_WRAP = "\033[?7l";

    private static final String WRAP = "\033[?7h";

    private final Console console;
    private final boolean drawn;
    private long lastDrawing;
    private boolean dirty;

    /** @param drawn whether there is anybody to draw for */
    DrawnLine(Console console, boolean drawn) {
        this.console = console;
        this.drawn = drawn;
    }

    void draw(Supplier<String> text) {
        long now = System.nanoTime();
        if (!drawn || (dirty && now - lastDrawing < BETWEEN_DRAWINGS.toNanos())) {
            return;
        }
        lastDrawing = now;
        dirty = true;
        write("\r\033[K" + NO_WRAP + text.get() + WRAP);
    }

    private void write(String text) {
        try {
            console.err().write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException nobodyLooks) {
            // Progress is for people only.
        }
    }

    void clear() {
        if (dirty) {
            write("\r\033[K");
            dirty = false;
        }
    }
}

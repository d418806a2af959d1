package boxrun.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/** One line of standard error that is written over, not too often, and can be taken away. */
final class DrawnLine {
    private static final Duration BETWEEN_DRAWINGS = Duration.ofMillis(80);

    /** Narrower than any terminal in use; a line that wraps could not be written over. */
    private static final int WIDTH = 78;

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
        String line = text.get();
        write("\r" + (line.length() > WIDTH ? line.substring(0, WIDTH) : line) + "\033[K");
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

package boxrun.cli.command;

import boxrun.api.Stream;
import boxrun.cli.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;

/** The last lines of two outputs together, each whole, in the order in which they were finished. */
final class LastLines {
    private final int most;
    private final Deque<Line> lines = new ArrayDeque<>();
    private final Map<Stream, ByteArrayOutputStream> unfinished = new EnumMap<>(Stream.class);

    private record Line(Stream stream, ByteBuffer bytes) {}

    LastLines(int most) {
        this.most = most;
    }

    void add(Stream stream, ByteBuffer bytes) {
        ByteArrayOutputStream line = unfinished.computeIfAbsent(stream, first -> new ByteArrayOutputStream());
        while (bytes.hasRemaining()) {
            byte next = bytes.get();
            line.write(next);
            if (next == '\n') {
                finish(stream, line);
            }
        }
    }

    private void finish(Stream stream, ByteArrayOutputStream line) {
        if (line.size() > 0) {
            lines.add(new Line(stream, ByteBuffer.wrap(line.toByteArray())));
            line.reset();
        }
        if (lines.size() > most) {
            lines.remove();
        }
    }

    /** Writes them, a last line without its end among them. */
    void writeTo(Console console) throws IOException {
        unfinished.forEach(this::finish);
        for (Line line : lines) {
            console.write(line.stream(), line.bytes());
        }
    }
}

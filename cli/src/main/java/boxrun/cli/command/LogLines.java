package boxrun.cli.command;

import boxrun.api.Stream;
import boxrun.client.RunEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.EnumMap;
import java.util.Map;

/** The lines of two outputs that are to be shown, as far as they have come. A line is as old as its first byte. */
final class LogLines {
    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final Wanted wanted;
    private final Instant unknown;
    private final Map<Stream, Line> current = new EnumMap<>(Stream.class);

    /**
     * What to show.
     *
     * @param from the time of the oldest line
     * @param to the time of the newest line
     * @param timestamps whether each line has its time in front of it
     */
    record Wanted(Instant from, Instant to, boolean timestamps) {
        /** Whether it can be told without times. */
        boolean timeless() {
            return from.equals(Instant.MIN) && to.equals(Instant.MAX) && !timestamps;
        }
    }

    /** Where the lines go, in pieces. */
    interface Sink {
        void write(Stream stream, ByteBuffer bytes) throws IOException;
    }

    /** A line that has begun and not ended. */
    private enum Line {
        SHOWN,
        LEFT_OUT
    }

    /** @param unknown the time of what an earlier version kept without one */
    LogLines(Wanted wanted, Instant unknown) {
        this.wanted = wanted;
        this.unknown = unknown;
    }

    void show(RunEvent.Output output, Sink sink) throws IOException {
        if (wanted.timeless()) {
            sink.write(output.stream(), output.bytes());
            return;
        }
        ByteBuffer bytes = output.bytes();
        Instant at = output.at().orElse(unknown);
        while (bytes.hasRemaining()) {
            Line line = current.get(output.stream());
            if (line == null) {
                line = at.isBefore(wanted.from()) || at.isAfter(wanted.to()) ? Line.LEFT_OUT : Line.SHOWN;
                if (line == Line.SHOWN && wanted.timestamps()) {
                    sink.write(
                            output.stream(),
                            ByteBuffer.wrap((TIME.format(at) + " ").getBytes(StandardCharsets.US_ASCII)));
                }
            }
            ByteBuffer piece = piece(bytes);
            boolean ended = piece.get(piece.limit() - 1) == '\n';
            if (line == Line.SHOWN) {
                sink.write(output.stream(), piece);
            }
            if (ended) {
                current.remove(output.stream());
            } else {
                current.put(output.stream(), line);
            }
        }
    }

    /** Takes the rest of a line, its end included, or all there is of it. */
    private static ByteBuffer piece(ByteBuffer bytes) {
        int end = bytes.position();
        while (end < bytes.limit() && bytes.get(end) != '\n') {
            end++;
        }
        ByteBuffer piece = bytes.slice(bytes.position(), Math.min(end + 1, bytes.limit()) - bytes.position());
        bytes.position(bytes.position() + piece.remaining());
        return piece;
    }
}

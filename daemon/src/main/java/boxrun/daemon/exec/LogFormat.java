package boxrun.daemon.exec;

import boxrun.api.Stream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The records of a log file: four bytes length, one byte kind, then the payload.
 *
 * <p>A record of kind {@code HELD_…} has the first bytes of a character whose rest has not come yet. It is no event:
 * the next record of that stream repeats its bytes. It is written because the engine has to keep only what has not been
 * written.
 *
 * <p>A record of kind {@code TIME} has the milliseconds since 1970 at which the records after it were written, up to
 * the next of its kind. It is no event either. Logs of earlier versions have none.
 */
final class LogFormat {
    static final int HEADER = 5;
    /** A piece of output is not longer than this, so that an event has a bounded size. */
    static final int MAX_PIECE = 64 * 1024;
    /** The longest payload there can be: the end of a command with its message. */
    static final int MAX_PAYLOAD = 1024 * 1024;

    private static final int TIME_PAYLOAD = Long.BYTES;

    private LogFormat() {}

    enum Kind {
        STDOUT_TEXT('o'),
        STDERR_TEXT('e'),
        STDOUT_BYTES('O'),
        STDERR_BYTES('E'),
        STDOUT_HELD('h'),
        STDERR_HELD('H'),
        TIME('t'),
        EXIT('x');

        private final char code;

        Kind(char code) {
            this.code = code;
        }

        static Optional<Kind> of(byte code) {
            return switch (code) {
                case 'o' -> Optional.of(STDOUT_TEXT);
                case 'e' -> Optional.of(STDERR_TEXT);
                case 'O' -> Optional.of(STDOUT_BYTES);
                case 'E' -> Optional.of(STDERR_BYTES);
                case 'h' -> Optional.of(STDOUT_HELD);
                case 'H' -> Optional.of(STDERR_HELD);
                case 't' -> Optional.of(TIME);
                case 'x' -> Optional.of(EXIT);
                default -> Optional.empty();
            };
        }

        static Kind text(Stream stream) {
            return stream == Stream.STDOUT ? STDOUT_TEXT : STDERR_TEXT;
        }

        static Kind bytes(Stream stream) {
            return stream == Stream.STDOUT ? STDOUT_BYTES : STDERR_BYTES;
        }

        static Kind held(Stream stream) {
            return stream == Stream.STDOUT ? STDOUT_HELD : STDERR_HELD;
        }

        Stream stream() {
            return switch (this) {
                case STDOUT_TEXT, STDOUT_BYTES, STDOUT_HELD -> Stream.STDOUT;
                case STDERR_TEXT, STDERR_BYTES, STDERR_HELD -> Stream.STDERR;
                case TIME, EXIT -> throw new IllegalStateException(this + " belongs to no stream");
            };
        }

        /** Whether readers see it and it has a number. */
        boolean isEvent() {
            return this != STDOUT_HELD && this != STDERR_HELD && this != TIME;
        }
    }

    record Header(Kind kind, int length) {}

    static void write(ByteArrayOutputStream to, Kind kind, byte[] bytes, int from, int length) {
        to.write(length >>> 24);
        to.write(length >>> 16);
        to.write(length >>> 8);
        to.write(length);
        to.write(kind.code);
        to.write(bytes, from, length);
    }

    static void writeTime(ByteArrayOutputStream to, long millis) {
        byte[] payload = ByteBuffer.allocate(TIME_PAYLOAD).putLong(millis).array();
        write(to, Kind.TIME, payload, 0, payload.length);
    }

    /** What a record of kind {@code TIME} says. */
    static long time(byte[] payload) {
        return ByteBuffer.wrap(payload).getLong();
    }

    /** Takes a header off the buffer; empty when these bytes are none, as after a torn write. */
    static Optional<Header> header(ByteBuffer from) {
        int length = from.getInt();
        Optional<Kind> kind = Kind.of(from.get());
        if (length < 0 || length > MAX_PAYLOAD) {
            return Optional.empty();
        }
        return kind.filter(known -> known != Kind.TIME || length == TIME_PAYLOAD)
                .map(known -> new Header(known, length));
    }
}

package boxrun.daemon.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataReader.IncorrectNewLineException;
import java.io.InputStream;

/**
 * A body in chunks (RFC 9112, section 7.1), whose chunks may have any size: the web server keeps each of them in
 * memory. Extensions and trailers are skipped; what is damaged is an {@link IllegalArgumentException}.
 */
final class ChunkedBody extends InputStream {
    private static final int MAX_LINE = 4 << 10;
    private static final int MAX_TRAILERS = 32;

    private final DataReader connection;
    private long left;
    private boolean first = true;
    private boolean ended;

    ChunkedBody(DataReader connection) {
        this.connection = connection;
    }

    @Override
    public int read() {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !next()) {
            return -1;
        }
        connection.ensureAvailable();
        int count = (int) Math.min(Math.min(length, left), connection.available());
        connection.readBuffer(count).read(into, offset, count);
        left -= count;
        return count;
    }

    /** Whether there is another chunk. */
    private boolean next() {
        if (ended) {
            return false;
        }
        if (!first && !line(1).isEmpty()) {
            throw new IllegalArgumentException("a chunk is longer than announced");
        }
        first = false;
        String size = line(MAX_LINE).replaceFirst(";.*", "").strip();
        if (!size.matches("[0-9A-Fa-f]{1,15}")) {
            throw new IllegalArgumentException("not the size of a chunk");
        }
        left = Long.parseLong(size, 16);
        if (left > 0) {
            return true;
        }
        ended = true;
        for (int trailer = 0; !line(MAX_LINE).isEmpty(); trailer++) {
            if (trailer == MAX_TRAILERS) {
                throw new IllegalArgumentException("more than " + MAX_TRAILERS + " trailers");
            }
        }
        return false;
    }

    private String line(int max) {
        try {
            int end = connection.findNewLine(max);
            if (end == max) {
                throw new IllegalArgumentException("a line between chunks is too long");
            }
            String line = connection.readAsciiString(end);
            connection.skip(2);
            return line;
        } catch (IncorrectNewLineException e) {
            throw new IllegalArgumentException("a line between chunks does not end as lines do", e);
        }
    }
}

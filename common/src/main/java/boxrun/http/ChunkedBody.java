package boxrun.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/** A body in chunks (RFC 9112, section 7.1); extensions and trailers are skipped. */
final class ChunkedBody extends InputStream {
    private static final int MAX_LINE = 4 << 10;
    private static final int MAX_TRAILERS = 32;

    private final ChannelInput input;
    private long left;
    private boolean first = true;
    private boolean ended;

    ChunkedBody(ChannelInput input) {
        this.input = input;
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !next()) {
            return -1;
        }
        int count = input.read(into, offset, (int) Math.min(length, left));
        if (count < 0) {
            throw new EOFException("the answer was cut off within a chunk");
        }
        left -= count;
        return count;
    }

    @Override
    public int available() {
        return (int) Math.min(left, input.available());
    }

    private boolean next() throws IOException {
        if (ended) {
            return false;
        }
        if (!first && !input.line(2, "the end of a chunk").isEmpty()) {
            throw new HttpProtocolException("a chunk is longer than announced");
        }
        first = false;
        String line = input.line(MAX_LINE, "the size of a chunk");
        int semicolon = line.indexOf(';');
        String size = (semicolon < 0 ? line : line.substring(0, semicolon)).strip();
        if (!size.matches("[0-9A-Fa-f]{1,15}")) {
            throw new HttpProtocolException("not the size of a chunk");
        }
        left = Long.parseLong(size, 16);
        if (left > 0) {
            return true;
        }
        ended = true;
        for (int trailer = 0; !input.line(MAX_LINE, "a trailer").isEmpty(); trailer++) {
            if (trailer == MAX_TRAILERS) {
                throw new HttpProtocolException("more than " + MAX_TRAILERS + " trailers");
            }
        }
        return false;
    }
}

package boxrun.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Buffered bytes from a socket. Used by one thread at a time, beside another that writes. */
final class ChannelInput extends InputStream {
    private static final int BUFFER_BYTES = 64 << 10;

    private final SocketChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).flip();

    ChannelInput(SocketChannel channel) {
        this.channel = channel;
    }

    private boolean fill() throws IOException {
        if (buffer.hasRemaining()) {
            return true;
        }
        buffer.clear();
        try {
            return channel.read(buffer) >= 0;
        } finally {
            buffer.flip();
        }
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, buffer.remaining());
        buffer.get(into, offset, count);
        return count;
    }

    @Override
    public int available() {
        return buffer.remaining();
    }

    /** The next byte; the end of the stream is an error that says what was being read. */
    int require(String what) throws IOException {
        int next = read();
        if (next < 0) {
            throw new EOFException("the connection ended within " + what);
        }
        return next;
    }

    /** Fills the array; the end of the stream is an error that says what was being read. */
    void require(byte[] into, String what) throws IOException {
        if (readNBytes(into, 0, into.length) < into.length) {
            throw new EOFException("the connection ended within " + what);
        }
    }

    /**
     * A line that ends with CR LF, without it.
     *
     * @param limit bytes that the line may have at most
     */
    String line(int limit, String what) throws IOException {
        byte[] line = new byte[Math.min(limit, 256)];
        int length = 0;
        for (int next = require(what); next != '\r'; next = require(what)) {
            if (next == '\n' || next == 0) {
                throw new HttpProtocolException("a control character in " + what);
            }
            if (length == limit) {
                throw new HttpProtocolException(what + " is longer than " + limit + " bytes");
            }
            if (length == line.length) {
                line = java.util.Arrays.copyOf(line, Math.min(limit, 2 * length));
            }
            line[length++] = (byte) next;
        }
        if (require(what) != '\n') {
            throw new HttpProtocolException("a carriage return in " + what);
        }
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
    }
}

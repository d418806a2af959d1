package boxrun.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request's body. Where it fails, the sending side of the socket is shut, so that no half looks like a whole.
 */
final class BodySender implements Runnable {
    private static final int CHUNK_BYTES = 32 << 10;

    private final RequestBody body;
    private final SocketChannel channel;
    private final ChannelOutput output;
    private final byte[] buffer = new byte[CHUNK_BYTES];
    private volatile @Nullable IOException unreadable;

    BodySender(RequestBody body, SocketChannel channel, ChannelOutput output) {
        this.body = body;
        this.channel = channel;
        this.output = output;
    }

    /** Throws what kept the body from being read; that the server stopped reading it is told by its answer. */
    void rethrow() throws IOException {
        IOException failure = unreadable;
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void run() {
        try {
            if (body.length() == RequestBody.UNKNOWN) {
                chunked();
            } else {
                exactly(body.length());
            }
        } catch (IOException unsent) {
            try {
                channel.shutdownOutput();
            } catch (IOException ignored) {
                // It is closed already.
            }
        }
    }

    private void exactly(long length) throws IOException {
        for (long left = length; left > 0; ) {
            int count = read((int) Math.min(buffer.length, left));
            if (count < 0) {
                unreadable = new IOException("the body is shorter than its announced length");
                throw unreadable;
            }
            output.write(buffer, 0, count);
            left -= count;
        }
    }

    private void chunked() throws IOException {
        for (int count = read(buffer.length); count >= 0; count = read(buffer.length)) {
            if (count > 0) {
                output.write(
                        ascii(Integer.toHexString(count) + "\r\n"), ByteBuffer.wrap(buffer, 0, count), ascii("\r\n"));
            }
        }
        output.write(ascii("0\r\n\r\n"));
    }

    private int read(int most) throws IOException {
        try {
            return body.stream().read(buffer, 0, most);
        } catch (IOException e) {
            unreadable = e;
            throw e;
        }
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}

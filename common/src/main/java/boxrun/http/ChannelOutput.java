package boxrun.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Bytes to a socket, unbuffered. */
final class ChannelOutput extends OutputStream {
    private final SocketChannel channel;

    ChannelOutput(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(int single) throws IOException {
        write(new byte[] {(byte) single});
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(bytes, offset, length));
    }

    void write(ByteBuffer... parts) throws IOException {
        for (boolean more = true; more; ) {
            channel.write(parts);
            more = false;
            for (ByteBuffer part : parts) {
                more |= part.hasRemaining();
            }
        }
    }
}

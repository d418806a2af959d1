package boxrun.daemon.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Writes at once, and in large pieces what is large. */
final class WideWriter implements DataWriter {
    private static final int SMALL = 8 << 10;
    private static final int LARGE = 128 << 10;

    private final SocketChannel channel;
    private @Nullable ByteBuffer large;

    WideWriter(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(BufferData... buffers) {
        writeNow(BufferData.create(buffers));
    }

    @Override
    public void write(BufferData buffer) {
        writeNow(buffer);
    }

    @Override
    public void writeNow(BufferData... buffers) {
        writeNow(BufferData.create(buffers));
    }

    @Override
    public void writeNow(BufferData buffer) {
        ByteBuffer piece = buffer.available() > SMALL ? large() : ByteBuffer.allocate(buffer.available());
        try {
            while (!buffer.consumed()) {
                piece.clear();
                buffer.writeTo(piece, Math.min(piece.remaining(), buffer.available()));
                piece.flip();
                while (piece.hasRemaining()) {
                    channel.write(piece);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Outside of the heap, from where the kernel takes it without another copy. */
    private ByteBuffer large() {
        ByteBuffer buffer = large;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(LARGE);
            large = buffer;
        }
        return buffer;
    }
}

package boxrun.daemon.http;

import io.helidon.webserver.ServerConnectionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads as much as there is; who sends much is read from in large pieces, and a connection that waits has a small one.
 */
final class WideReader implements Supplier<byte @Nullable []> {
    private static final int SMALL = 8 << 10;
    private static final int LARGE = 128 << 10;

    private final SocketChannel channel;
    private int size = SMALL;

    WideReader(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public byte @Nullable [] get() {
        byte[] bytes = new byte[size];
        try {
            int count = channel.read(ByteBuffer.wrap(bytes));
            if (count < 0) {
                return null;
            }
            size = count == size ? LARGE : count < SMALL ? SMALL : size;
            return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
        } catch (IOException e) {
            throw new ServerConnectionException("cannot read from the connection", e);
        }
    }
}

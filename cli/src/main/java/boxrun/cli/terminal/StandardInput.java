package boxrun.cli.terminal;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The standard input of the process. To close it wakes a thread that waits for what nobody types, and then it has
 * ended: the plain stream of the JDK would let that thread wait on.
 */
final class StandardInput extends InputStream {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable FileChannel channel;
    private boolean closed;

    @Override
    public int read() throws IOException {
        byte[] octet = new byte[1];
        return read(octet, 0, 1) < 0 ? -1 : octet[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            int count = channel().read(ByteBuffer.wrap(buffer, offset, length));
            while (count == 0 && length > 0) {
                // Somebody made it an input that does not block, and it has nothing now.
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
                count = channel().read(ByteBuffer.wrap(buffer, offset, length));
            }
            return count;
        } catch (AsynchronousCloseException woken) {
            return -1;
        }
    }

    /** Most commands read nothing, and are not to load what this takes. */
    private FileChannel channel() throws ClosedChannelException {
        lock.lock();
        try {
            if (closed) {
                throw new AsynchronousCloseException();
            }
            FileChannel open = channel;
            if (open == null) {
                open = new FileInputStream(FileDescriptor.in).getChannel();
                channel = open;
            }
            return open;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            if (channel != null) {
                channel.close();
            }
        } finally {
            lock.unlock();
        }
    }
}

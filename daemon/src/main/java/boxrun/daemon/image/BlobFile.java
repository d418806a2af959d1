package boxrun.daemon.image;

import boxrun.daemon.oci.Descriptor;
import boxrun.daemon.oci.Digest;
import boxrun.daemon.registry.BlobSink;
import boxrun.daemon.store.Failpoint;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way from a registry: one thread writes it, another reads it at the same time, as far as it has come.
 * The file stays when the transfer breaks or the daemon ends, and the next transfer goes on where it stopped. The
 * reader sees the end only when the whole blob has the right digest.
 */
final class BlobFile implements BlobSink, Closeable {
    private static final int BUFFER = 128 * 1024;

    private final Path path;
    private final Descriptor descriptor;
    private final FileChannel file;
    private final MessageDigest digest = Sha256.start();
    private final LongConsumer progress;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final long kept;
    private long position;
    private boolean verified;
    private @Nullable IOException failure;

    private BlobFile(Path path, Descriptor descriptor, FileChannel file, LongConsumer progress) throws IOException {
        this.path = path;
        this.descriptor = descriptor;
        this.file = file;
        this.progress = progress;
        this.kept = takeUp();
        this.position = kept;
    }

    /** @param progress is told how many bytes there are */
    static BlobFile open(Path path, Descriptor descriptor, LongConsumer progress) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new BlobFile(path, descriptor, file, progress);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Digests what an earlier transfer has left; the rest is added as it comes. */
    private long takeUp() throws IOException {
        if (file.size() > descriptor.size()) {
            file.truncate(0);
        }
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        long at = 0;
        for (int count = file.read(buffer, at); count > 0; count = file.read(buffer, at)) {
            at += count;
            digest.update(buffer.flip());
            buffer.clear();
        }
        return at;
    }

    /** Whether some of it comes from an earlier transfer, and may have been damaged since. */
    boolean isTakenUp() {
        return kept > 0;
    }

    @Override
    public long position() {
        lock.lock();
        try {
            return position;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws SinkException {
        try {
            ByteBuffer part = ByteBuffer.wrap(bytes, offset, count);
            long at = position();
            while (part.hasRemaining()) {
                at += file.write(part, at);
            }
            Failpoint.reached("pull.part");
            digest.update(bytes, offset, count);
        } catch (IOException e) {
            throw new SinkException("cannot write " + path + ": " + e.getMessage(), e);
        }
        change(() -> position += count);
        progress.accept(position());
    }

    /** Checks the whole; the reader may now see the end. */
    void verify() throws LayerException {
        Digest found = Sha256.digest(digest);
        if (!found.equals(descriptor.digest())) {
            throw new LayerException("what was received has the digest " + found + " instead");
        }
        change(() -> verified = true);
    }

    /** Tells the reader that no more will come. */
    void fail(IOException why) {
        change(() -> failure = why);
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Bytes that can be read at a position: none at the end of the verified whole. Waits until it is known. */
    private long await(long at) throws IOException {
        lock.lock();
        try {
            while (at == position && !verified) {
                if (failure != null) {
                    throw new IOException(failure.getMessage(), failure);
                }
                changed.await();
            }
            return position - at;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } finally {
            lock.unlock();
        }
    }

    /** The blob from its beginning. */
    InputStream reader() {
        return new Reader();
    }

    private final class Reader extends InputStream {
        private long at;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            long available = await(at);
            if (available == 0) {
                return -1;
            }
            int count = file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(length, available)), at);
            at += Math.max(count, 0);
            return count;
        }
    }

    /** Removes the file: it is not needed any more, or not good. */
    void delete() throws IOException {
        Files.deleteIfExists(path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}

package boxrun.daemon.registry;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The body of an answer, which fails when no byte comes for too long. The JDK's client bounds the time to the head of
 * an answer, not the silence in the middle of a body.
 */
final class Body implements Closeable {
    private final InputStream in;
    private final Duration patience;
    private final Thread watch;
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean stalled;

    Body(InputStream in, Duration patience) {
        this.in = in;
        this.patience = patience;
        this.watch = Thread.ofVirtual().name("registry-stall").start(this::watch);
    }

    private void watch() {
        try {
            long seen = -1;
            while (seen != bytes.get()) {
                seen = bytes.get();
                Thread.sleep(patience);
            }
            stalled = true;
            in.close();
        } catch (InterruptedException | IOException ended) {
            // The transfer is over.
        }
    }

    /** Reads some bytes; -1 at the end. */
    int read(byte[] buffer) throws IOException {
        try {
            int count = in.read(buffer);
            if (stalled) {
                throw stall();
            }
            bytes.addAndGet(Math.max(count, 0));
            return count;
        } catch (IOException e) {
            throw stalled ? stall() : e;
        }
    }

    private IOException stall() {
        return new IOException("nothing came for " + patience.toMillis() / 1000.0 + " seconds");
    }

    /** The whole body, which must not be longer than {@code limit}. */
    byte[] all(int limit) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int count = read(buffer); count >= 0; count = read(buffer)) {
            all.write(buffer, 0, count);
            if (all.size() > limit) {
                throw new RegistryException(
                        RegistryException.Kind.FAILED, "its answer is longer than " + limit + " bytes");
            }
        }
        return all.toByteArray();
    }

    @Override
    public void close() throws IOException {
        watch.interrupt();
        in.close();
    }
}

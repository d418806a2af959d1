package boxrun.daemon.box;

import boxrun.daemon.engine.FileSink;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long the client of a transfer is waited for: as long as nobody waits for the box, and then until it has done
 * nothing for a while. The transfer is broken off by an interrupt of the thread that waits for the client, which closes
 * the connection.
 */
final class Patience implements AutoCloseable {
    static final Duration WITH_A_CLIENT = Duration.ofSeconds(10);

    private static final System.Logger LOG = System.getLogger(Patience.class.getName());
    private static final long LOOK_EVERY_MS = 500;

    private final BooleanSupplier wanted;
    private final Duration longest;
    private final String what;
    private final CountDownLatch over = new CountDownLatch(1);
    private @Nullable Thread waiting;
    private long since;
    private boolean brokenOff;

    /**
     * For a transfer that nobody looks at yet.
     *
     * @param wanted whether somebody waits for the box
     * @param what the transfer, for the log
     */
    Patience(BooleanSupplier wanted, Duration longest, String what) {
        this.wanted = wanted;
        this.longest = longest;
        this.what = what;
    }

    /** For a transfer that keeps nobody from anything. */
    static Patience endless() {
        return new Patience(() -> false, Duration.ZERO, "");
    }

    /** Looks at the transfer from time to time until this is closed. */
    Patience watch() {
        Thread.ofVirtual().name("patience").start(() -> {
            try {
                while (!over.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
                    look(System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        return this;
    }

    synchronized void look(long now) {
        Thread blocked = waiting;
        if (blocked != null && !brokenOff && now - since > longest.toNanos() && wanted.getAsBoolean()) {
            LOG.log(
                    Level.INFO,
                    what + " is broken off: its client did nothing for " + longest.toSeconds()
                            + " s, and somebody waits for the box");
            brokenOff = true;
            blocked.interrupt();
        }
    }

    private synchronized void begin() {
        waiting = Thread.currentThread();
        since = System.nanoTime();
    }

    private synchronized void end() {
        waiting = null;
        if (brokenOff) {
            // What comes after is the cleaning up, or another transfer that this thread serves.
            Thread.interrupted();
        }
    }

    InputStream from(InputStream client) {
        return new FilterInputStream(client) {
            @Override
            public int read() throws IOException {
                byte[] single = new byte[1];
                return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                begin();
                try {
                    return super.read(bytes, from, length);
                } finally {
                    end();
                }
            }
        };
    }

    OutputStream to(OutputStream client) {
        return new FilterOutputStream(client) {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                begin();
                try {
                    out.write(bytes, from, length);
                } finally {
                    end();
                }
            }
        };
    }

    FileSink to(FileSink client) {
        return (OptionalLong size) -> to(client.begin(size));
    }

    @Override
    public void close() {
        over.countDown();
    }
}

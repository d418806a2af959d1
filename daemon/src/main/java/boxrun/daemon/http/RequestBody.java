package boxrun.daemon.http;

import boxrun.api.ProblemException;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.webserver.http.ServerRequest;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The body of a request as it arrives. An answer may come before its end; {@link #skipRest} reads what is left then.
 * Who has begun to read it may still do so meanwhile.
 */
final class RequestBody extends FilterInputStream {
    /** A client that only looks for its answer when it has sent everything gets it if it can send that in so long. */
    private static final Duration REST = Duration.ofSeconds(5);

    private final ReentrantLock reading = new ReentrantLock();
    private volatile boolean damaged;

    /** What is wrong is not what it says, but how it is sent; the connection is of no use any more. */
    static final class DamagedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private DamagedException(RuntimeException cause) {
            super("the chunks of the body are damaged", cause);
        }

        ProblemException problem() {
            return Requests.refusal(String.valueOf(getMessage())).status(400).because(this);
        }
    }

    private RequestBody(InputStream body) {
        super(body);
    }

    /** That of a request, always the same. */
    static RequestBody of(ServerRequest request) {
        return request.context().get(RequestBody.class).orElseGet(() -> {
            RequestBody body = new RequestBody(content(request));
            request.context().register(body);
            return body;
        });
    }

    private static InputStream content(ServerRequest request) {
        if (!request.content().hasEntity()) {
            return InputStream.nullInputStream();
        }
        // To ask for it asks the client, where it wants to be asked, to send it.
        InputStream content = request.content().inputStream();
        return isChunked(request) ? new ChunkedBody(ConnectionInput.current()) : content;
    }

    /** Then the web server does not know where the body ends, and the connection is not used again. */
    static boolean isChunked(ServerRequest request) {
        return request.headers().contains(HeaderValues.TRANSFER_ENCODING_CHUNKED);
    }

    /**
     * Reads what is left of the body of a request that has been answered, but not for ever: says whether it has come to
     * its end. To close the connection at once could keep the client from seeing the answer.
     */
    static boolean skipRest(ServerRequest request) {
        if (request.content().consumed()) {
            return true;
        }
        boolean begun = request.context().get(RequestBody.class).isPresent();
        if (!begun && request.headers().contains(HeaderValues.EXPECT_100)) {
            // To read would ask the client to send it.
            return false;
        }
        return of(request).skipRest();
    }

    private boolean skipRest() {
        AtomicBoolean over = new AtomicBoolean();
        Thread skipping = Thread.ofVirtual().name("rest of a body").start(() -> {
            try {
                transferTo(OutputStream.nullOutputStream());
                over.set(true);
            } catch (IOException | RuntimeException e) {
                // Then the connection is of no use any more.
            }
        });
        try {
            skipping.join(REST);
            return over.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    /** Of a body whose chunks are damaged nobody knows where it ends: nothing more is read, which would never come. */
    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        reading.lock();
        try {
            if (damaged) {
                throw new IOException("the body is damaged");
            }
            return super.read(bytes, from, length);
        } catch (IllegalArgumentException | RequestException e) {
            damaged = true;
            throw new DamagedException(e);
        } finally {
            reading.unlock();
        }
    }

    /** What is left is read when there is an answer. */
    @Override
    public void close() {}
}

package boxrun.daemon.http;

import boxrun.api.ProblemException;
import io.helidon.http.RequestException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The body of a request as it arrives. Of one whose chunks are damaged nobody knows where it ends: nothing more of it
 * is read, neither to answer nor, by {@link #close}, to come to its end, which would wait for what the client never
 * sends.
 */
final class RequestBody extends FilterInputStream {
    private boolean damaged;

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

    RequestBody(InputStream body) {
        super(body);
    }

    @Override
    public int read() throws IOException {
        byte[] single = new byte[1];
        return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            return super.read(bytes, from, length);
        } catch (IllegalArgumentException | RequestException e) {
            damaged = true;
            throw new DamagedException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (!damaged) {
            super.close();
        }
    }
}

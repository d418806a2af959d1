package boxrun.http;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/**
 * What a request carries.
 *
 * @param stream is read to its end and left open
 * @param length in bytes; {@link #UNKNOWN} sends it in chunks
 */
public record RequestBody(String contentType, InputStream stream, long length) {
    /** The length of a stream whose end is not known. */
    public static final long UNKNOWN = -1;

    /** A body that is in memory. */
    public static RequestBody of(String contentType, byte[] bytes) {
        return new RequestBody(contentType, new ByteArrayInputStream(bytes), bytes.length);
    }
}

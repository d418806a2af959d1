package boxrun.api;

import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/listen}: be there over TCP too, for as long as the answer is read.
 *
 * @param host name or address to listen at; absent means 127.0.0.1
 * @param port 0 means any free one; absent means 9090
 * @param token that clients have to send; absent means the one of the state directory
 * @param noToken true to ask for no token, which only an address of the loopback allows
 */
public record Listen(
        @Nullable String host,
        @Nullable Integer port,
        @Nullable String token,
        @Nullable Boolean noToken) {

    /** A token appears in log files and process lists where records are printed. */
    @Override
    public String toString() {
        return "Listen[" + host + ", " + port + "]";
    }
}

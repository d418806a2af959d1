package boxrun.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** Requests to one server, each over a connection of its own. Safe for use by several threads. */
public final class HttpClient implements HttpExchange {
    private final Address address;
    private final Duration connectWithin;

    public HttpClient(Address address, Duration connectWithin) {
        this.address = address;
        this.connectWithin = connectWithin;
    }

    @Override
    public Address address() {
        return address;
    }

    /**
     * {@inheritDoc} The answer may come before the request's body has been sent to its end; closing the answer then
     * ends the sending.
     *
     * @throws UnreachableException when there is no connection
     * @throws SocketTimeoutException when the server takes longer than allowed
     * @throws HttpProtocolException when the answer is not HTTP/1.1
     * @throws IOException when the connection breaks
     */
    @Override
    public HttpResponse send(HttpRequest request) throws IOException {
        Connection connection = connect();
        try {
            return connection.exchange(request);
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public WebSocket upgrade(HttpRequest request) throws IOException {
        Connection connection = connect();
        try {
            return WebSocketHandshake.over(connection, request);
        } catch (UpgradeRefusedException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private Connection connect() throws IOException {
        SocketChannel channel = address.open();
        try (Deadline deadline = new Deadline(channel, connectWithin)) {
            try {
                address.connect(channel);
            } catch (IOException e) {
                channel.close();
                String late = "no connection within " + connectWithin.toMillis() + " ms";
                throw new UnreachableException(deadline.passed() ? late : String.valueOf(e.getMessage()), e);
            }
        }
        return new Connection(address, channel);
    }
}

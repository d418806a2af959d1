package boxrun.daemon.testing;

import boxrun.api.Listen;
import boxrun.client.BoxrunClient;
import boxrun.client.OpenDoor;
import boxrun.http.Address;
import boxrun.http.HttpClient;
import boxrun.http.HttpExchange;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.http.WebSocket;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the clients of a test come in to its daemon: by the Unix socket or, with {@code -Dboxrun.test.door=tcp}, over
 * TCP with a token. Over TCP each daemon that is started has another port; clients made before find it.
 */
public abstract sealed class Door implements HttpExchange {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);

    /** That of this run, to a daemon with this socket. */
    static Door ofThisRun(Path socket) {
        return System.getProperty("boxrun.test.door", "unix").equals("tcp") ? new Tcp() : new Unix(socket);
    }

    /** Opens it to a daemon that has been started, at the owner's request. */
    abstract void open(BoxrunClient owner);

    /** The daemon is about to be gone. */
    abstract void close();

    /** Fails when there is no daemon to come in to. */
    abstract Address where() throws IOException;

    /** What a client has to show. */
    public abstract @Nullable String token();

    /** What curl has to be told, and the beginning of every URL. */
    public abstract List<String> curl();

    /** The lines that every request has. */
    public String headers() {
        String token = token();
        return "Host: localhost\r\n" + (token == null ? "" : "Authorization: Bearer " + token + "\r\n");
    }

    /** A connection for what no decent client would send. */
    public SocketChannel connect() throws IOException {
        Address address = where();
        SocketChannel channel = address.open();
        address.connect(channel);
        return channel;
    }

    @Override
    public HttpResponse send(HttpRequest request) throws IOException {
        return client().send(request);
    }

    @Override
    public WebSocket upgrade(HttpRequest request) throws IOException {
        return client().upgrade(request);
    }

    private HttpClient client() throws IOException {
        return new HttpClient(where(), CONNECT_WITHIN);
    }

    /** The daemon's own, which is there whenever it runs. */
    static final class Unix extends Door {
        private final Path socket;

        Unix(Path socket) {
            this.socket = socket;
        }

        @Override
        void open(BoxrunClient owner) {}

        @Override
        void close() {}

        @Override
        Address where() {
            return address();
        }

        @Override
        public Address address() {
            return new Address.Unix(socket);
        }

        @Override
        public @Nullable String token() {
            return null;
        }

        @Override
        public List<String> curl() {
            return List.of("--unix-socket", socket.toString(), "http://boxrun");
        }
    }

    /** At a port of the loopback that nobody else has. */
    static final class Tcp extends Door {
        private static final String TOKEN = "the-token-of-a-test";

        private volatile @Nullable OpenDoor door;
        private volatile Address last = new Address.Tcp("127.0.0.1", 1);

        @Override
        void open(BoxrunClient owner) {
            OpenDoor open = owner.listen(new Listen(null, 0, TOKEN, null));
            last = Address.parse(open.where().url(), 1);
            door = open;
        }

        /** Somebody else may have the port at once. */
        @Override
        void close() {
            OpenDoor open = door;
            door = null;
            if (open != null) {
                open.close();
            }
        }

        @Override
        Address where() throws IOException {
            if (door == null) {
                throw new IOException("no daemon listens");
            }
            return last;
        }

        /** Where the last one listened, if none does. */
        @Override
        public Address address() {
            return last;
        }

        @Override
        public String token() {
            return TOKEN;
        }

        @Override
        public List<String> curl() {
            return List.of("-H", "Authorization: Bearer " + TOKEN, address().toString());
        }
    }
}

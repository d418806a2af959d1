package boxrun.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a server listens. */
public sealed interface Address {

    /** Opens a socket and connects it. */
    SocketChannel open() throws IOException;

    /** Connects a channel that {@link #open} made; apart, so that a deadline can close it meanwhile. */
    void connect(SocketChannel channel) throws IOException;

    /** The value of the Host header. */
    String authority();

    /**
     * Has the JDK make ready, beside other work, for the first Unix socket of a process: it fills a random generator
     * for names of sockets that nobody asks for, which takes 12 ms.
     */
    static void expectUnix() {
        Thread.ofPlatform().daemon().name("first socket").start(() -> {
            try {
                SocketChannel.open(StandardProtocolFamily.UNIX).close();
            } catch (IOException inVain) {
                // Whoever needs a socket is told.
            }
        });
    }

    /** {@code unix:///home/ann/.boxrun/boxrun.sock}. */
    record Unix(Path socket) implements Address {
        @Override
        public SocketChannel open() throws IOException {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        }

        @Override
        public void connect(SocketChannel channel) throws IOException {
            channel.connect(UnixDomainSocketAddress.of(socket));
        }

        @Override
        public String authority() {
            return "boxrun";
        }

        @Override
        public String toString() {
            return "unix://" + socket;
        }
    }

    /** {@code http://localhost:9090}. */
    record Tcp(String host, int port) implements Address {
        @Override
        public SocketChannel open() throws IOException {
            return SocketChannel.open();
        }

        @Override
        public void connect(SocketChannel channel) throws IOException {
            InetSocketAddress address = new InetSocketAddress(host, port);
            if (address.isUnresolved()) {
                throw new UnknownHostException("the host " + host + " is unknown");
            }
            channel.connect(address);
        }

        @Override
        public String authority() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }

        @Override
        public String toString() {
            return "http://" + authority();
        }
    }

    /**
     * Reads {@code unix:///path}, {@code http://host:port}, {@code http://host}, {@code host:port} or {@code host};
     * anything else is an {@link IllegalArgumentException}.
     *
     * @param usualPort where the text names none
     */
    static Address parse(String text, int usualPort) {
        if (text.startsWith("unix:///")) {
            return new Unix(Path.of(text.substring("unix://".length())));
        }
        Matcher tcp = Pattern.compile("(?:http://)?(?:\\[([0-9a-fA-F:.]+)]|([A-Za-z0-9_.-]+))(?::(\\d{1,5}))?/?")
                .matcher(text);
        if (tcp.matches()) {
            int port = tcp.group(3) == null ? usualPort : Integer.parseInt(tcp.group(3));
            if (port >= 1 && port <= 65535) {
                return new Tcp(tcp.group(1) != null ? tcp.group(1) : tcp.group(2), port);
            }
        }
        throw new IllegalArgumentException("expected unix:///path or http://host:port, got \"" + text + '"');
    }
}

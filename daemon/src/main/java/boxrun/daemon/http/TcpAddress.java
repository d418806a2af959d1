package boxrun.daemon.http;

import boxrun.api.ErrorCode;
import boxrun.api.Listen;
import boxrun.api.ProblemException;
import boxrun.config.Reasons;
import boxrun.daemon.lifecycle.TokenFile;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.Optional;

/**
 * Where and for whom to listen over TCP.
 *
 * @param host as the user wrote it
 * @param token that clients must send; empty when everybody on this machine may come
 */
record TcpAddress(String host, InetSocketAddress socket, Optional<String> token) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int USUAL_PORT = 9090;
    private static final int MAX_PORT = 0xffff;

    /** What a request asks for; refusals name the member. */
    static TcpAddress of(Listen wanted, TokenFile file) {
        String host = wanted.host() == null ? LOOPBACK : wanted.host().replaceAll("^\\[(.*)]$", "$1");
        int port = wanted.port() == null ? USUAL_PORT : wanted.port();
        if (port < 0 || port > MAX_PORT) {
            throw Requests.refusal("port must be a whole number from 0 to " + MAX_PORT + ", not " + port);
        }
        InetAddress address = address(host);
        return new TcpAddress(host, new InetSocketAddress(address, port), token(wanted, address, file));
    }

    private static InetAddress address(String host) {
        try {
            // An empty name would mean the loopback.
            if (!host.isBlank()) {
                return InetAddress.getByName(host);
            }
        } catch (UnknownHostException unknown) {
            throw Requests.refusal("host must be a name or an address of this machine: \"" + host + "\" is unknown");
        }
        throw Requests.refusal("host must be a name or an address of this machine");
    }

    private static Optional<String> token(Listen wanted, InetAddress address, TokenFile file) {
        String given = wanted.token();
        if (given != null && !TokenFile.isToken(given)) {
            throw Requests.refusal("token must be made of letters, digits and ._~+/-");
        }
        if (wanted.noToken() == null || !wanted.noToken()) {
            return Optional.of(given == null ? file.token() : given);
        }
        if (!address.isLoopbackAddress()) {
            throw Requests.refusal("no_token goes with an address of the loopback only, not with " + wanted.host());
        }
        return Optional.empty();
    }

    /** The web server does not say why it cannot listen. */
    void tryOut() {
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            channel.bind(socket);
        } catch (IOException e) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR, "cannot listen at " + url(socket.getPort()) + ": " + Reasons.of(e))
                    .hint("choose an address of this machine with --host, or another port with --port")
                    .because(e);
        }
    }

    /** The URL of a server that has got this port. */
    String url(int port) {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}

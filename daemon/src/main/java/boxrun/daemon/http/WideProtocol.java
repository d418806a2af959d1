package boxrun.daemon.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsUpgrader;
import java.util.Set;

/** HTTP/1.1 and WebSockets on {@link WideConnection}s. */
final class WideProtocol implements ServerConnectionSelector {
    private final Arrivals arrivals;
    private final ServerConnectionSelector http;

    WideProtocol(Arrivals arrivals, Http1Config http, WsConfig sockets) {
        WsUpgrader upgrader = WsUpgrader.create(sockets);
        this.arrivals = arrivals;
        this.http = Http1ConnectionSelector.builder()
                .config(http)
                .putUpgrader(upgrader.supportedProtocol(), upgrader)
                .build();
    }

    @Override
    public ServerConnection connection(ConnectionContext connection) {
        return http.connection(arrivals.take(connection.childSocketId())
                .<ConnectionContext>map(channel -> new WideConnection(connection, channel))
                .orElse(connection));
    }

    @Override
    public int bytesToIdentifyConnection() {
        return http.bytesToIdentifyConnection();
    }

    @Override
    public Support supports(BufferData data) {
        return http.supports(data);
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return http.supportedApplicationProtocols();
    }
}

package boxrun.daemon.http;

import boxrun.api.Listen;
import boxrun.api.Listening;
import boxrun.daemon.lifecycle.TokenFile;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.function.Function;

/** {@code POST /v1/listen}: a door over TCP that is open while the request that asked for it is. */
final class ListenRoutes {
    private final Function<TcpAddress, HttpApi.Listening> listen;
    private final TokenFile tokenFile;
    private final LongRequests requests;

    ListenRoutes(Function<TcpAddress, HttpApi.Listening> listen, TokenFile tokenFile, LongRequests requests) {
        this.listen = listen;
        this.tokenFile = tokenFile;
        this.requests = requests;
    }

    void listen(ServerRequest request, ServerResponse response) {
        Listen wanted = Requests.body(request, Listen.class);
        TcpAddress address = TcpAddress.of(wanted, tokenFile);
        boolean fromFile = address.token().isPresent() && wanted.token() == null;
        ClientWatch.hold(response, requests, end -> {
            try (HttpApi.Listening door = listen.apply(address);
                    EventStream events = EventStream.begin(response)) {
                events.send(
                        "listening",
                        new Listening(
                                address.url(door.port()),
                                fromFile ? tokenFile.path().toString() : null));
                events.keepAlive(end);
                events.send("closed", Ok.OK);
            }
        });
    }
}

package boxrun.daemon.http;

import boxrun.api.DaemonInfo;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.OpenFiles;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.exec.Execs;
import boxrun.daemon.exec.OneShot;
import boxrun.daemon.http.CommandSocket.Conversation;
import boxrun.daemon.image.Images;
import boxrun.daemon.lifecycle.TokenFile;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.websocket.WsConfig;
import io.helidon.webserver.websocket.WsRouting;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The REST API of docs/api.md, on a Unix socket and over TCP. */
public final class HttpApi {
    private static final Duration IDLE_CONNECTION = Duration.ofMinutes(5);
    private static final int CONNECTIONS_MAX = 10_000;
    /** Half of them are left for boxes, commands and programs that are started. */
    private static final int DESCRIPTORS_FOR_A_CONNECTION = 4;

    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    private final Boxes boxes;
    private final Execs execs;
    private final OneShot oneShot;
    private final Images images;
    private final InfoRoutes daemon;
    private final Activity activity = new Activity();

    /**
     * The API of these parts.
     *
     * @param shutdown asks for the daemon's orderly end, and returns at once
     */
    public HttpApi(
            Boxes boxes, Execs execs, OneShot oneShot, Images images, Supplier<DaemonInfo> info, Runnable shutdown) {
        this.boxes = boxes;
        this.execs = execs;
        this.oneShot = oneShot;
        this.images = images;
        this.daemon = new InfoRoutes(info, shutdown);
    }

    /** What there is on every socket, each as {@code GET /v1/info}. */
    Set<String> routes() {
        return endpoints(HttpRouting.builder(), new LongRequests()).routes();
    }

    /** Whether anybody asks anything. */
    public Activity activity() {
        return activity;
    }

    /**
     * Begins to answer on a socket, which must not exist, in a directory that only its owner can enter.
     *
     * @param token of those who come over TCP, when somebody asks for that
     */
    public Listening listen(Path socket, TokenFile token) {
        LongRequests requests = activity.add();
        ListenRoutes listen = new ListenRoutes(this::listen, token, requests);
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(Answers::hangUp);
        routing.addFilter(activity::filter);
        endpoints(routing, requests)
                .post("/v1/shutdown", daemon::shutdown)
                .post("/v1/listen", listen::listen)
                .end();
        return listen(UnixDomainSocketAddress.of(socket), requests, routing, sockets(requests, asItIs -> asItIs));
    }

    /** Begins to answer over TCP, for those whom the gate lets in. */
    Listening listen(TcpAddress address) {
        LongRequests requests = activity.add();
        Gate gate = new Gate(HostNames.of(address.host(), address.socket().getAddress()), address.token());
        HttpRouting.Builder routing = HttpRouting.builder();
        routing.addFilter(gate::filter);
        routing.addFilter(Answers::hangUp);
        routing.addFilter(activity::filter);
        endpoints(routing, requests)
                .post("/v1/shutdown", InfoRoutes::notHere)
                .post("/v1/listen", InfoRoutes::notHere)
                .end();
        try {
            address.tryOut();
            return listen(address.socket(), requests, routing, sockets(requests, gate::before));
        } catch (RuntimeException e) {
            activity.remove(requests);
            throw e;
        }
    }

    private Listening listen(
            SocketAddress address, LongRequests requests, HttpRouting.Builder routing, WsRouting.Builder sockets) {
        Arrivals arrivals = new Arrivals();
        Acceptor acceptor = new Acceptor(arrivals);
        WsConfig webSockets = WsConfig.create();
        Http1Config http = Http1Config.builder()
                .addReceiveListener(new ConnectionInput.Listener())
                .build();
        WebServer server = WebServer.builder()
                .featuresDiscoverServices(false)
                .shutdownHook(false)
                .bindAddress(address)
                .connectionOptions(acceptor)
                .mediaContext(MediaContext.builder()
                        .mediaSupportsDiscoverServices(false)
                        .registerDefaults(true)
                        .build())
                .protocolsDiscoverServices(false)
                .addProtocol(webSockets)
                .addConnectionSelector(new WideProtocol(arrivals, http, webSockets))
                .directHandlers(rejections())
                .maxPayloadSize(-1)
                .maxTcpConnections(connections())
                .shutdownGracePeriod(STOP_GRACE)
                .idleConnectionTimeout(IDLE_CONNECTION)
                .routing(routing)
                .addRouting(sockets)
                .build()
                .start();
        // It logs why it could not start, and says nothing.
        if (!server.isRunning()) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot listen at " + address);
        }
        return new Listening(server, acceptor, reachable(address, server.port()), requests, activity);
    }

    /**
     * A connection takes a descriptor, and another one while it reads a log. A server that runs out of them stops
     * listening, so clients that are too many wait until others leave.
     */
    private static int connections() {
        return (int) Math.min(CONNECTIONS_MAX, Math.max(1, OpenFiles.limit() / DESCRIPTORS_FOR_A_CONNECTION));
    }

    /** Where this process can connect to its own server. */
    private static SocketAddress reachable(SocketAddress bound, int port) {
        if (bound instanceof InetSocketAddress tcp) {
            InetAddress host = tcp.getAddress();
            return new InetSocketAddress(host.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : host, port);
        }
        return bound;
    }

    /** A server that answers. */
    public static final class Listening implements AutoCloseable {
        private final WebServer server;
        private final Acceptor acceptor;
        private final SocketAddress address;
        private final LongRequests requests;
        private final Activity activity;

        private Listening(
                WebServer server, Acceptor acceptor, SocketAddress address, LongRequests requests, Activity activity) {
            this.server = server;
            this.acceptor = acceptor;
            this.address = address;
            this.requests = requests;
            this.activity = activity;
        }

        /** The port, where it listens over TCP. */
        int port() {
            return server.port();
        }

        /** Ends streams and WebSockets in order, lets other requests finish for a while, and stops. */
        @Override
        public void close() {
            try {
                requests.end(STOP_GRACE);
                acceptor.hold(address);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            server.stop();
            activity.remove(requests);
        }
    }

    /** All that is the same on every socket. */
    private ApiTable endpoints(HttpRouting.Builder routing, LongRequests requests) {
        BoxRoutes box = new BoxRoutes(boxes, images::resolve, requests);
        ExecRoutes exec = new ExecRoutes(execs, requests);
        ImageRoutes image = new ImageRoutes(images, requests);
        FileRoutes file = new FileRoutes(boxes, requests);
        RunRoutes run = new RunRoutes(oneShot, requests);
        SocketRoutes socket = new SocketRoutes(boxes);
        EventRoutes event = new EventRoutes(boxes, requests);
        routing.addFilter((chain, request, response) -> {
            try {
                RawPath.of(request.prologue().uriPath().rawPath()).requireNames(boxes, execs);
            } catch (ProblemException unknown) {
                Answers.failure(request, response, unknown);
                return;
            }
            chain.proceed();
        });
        return new ApiTable(routing)
                .get("/v1/info", daemon::info)
                .get("/v1/openapi.json", InfoRoutes::openApi)
                .post("/v1/run", run::run)
                .get("/v1/run", socket::run)
                .get("/v1/boxes", box::list)
                .post("/v1/boxes", box::create)
                .post("/v1/boxes/{id}:stop", box::stop)
                .post("/v1/boxes/{id}:start", box::start)
                .post("/v1/boxes/{id}:rename", box::rename)
                .get("/v1/boxes/{id}:inspect", box::inspect)
                .get("/v1/boxes/{id}/stats", box::stats)
                .get("/v1/boxes/{id}", box::get)
                .delete("/v1/boxes/{id}", box::remove)
                .post("/v1/boxes/{id}", box::unknownAction)
                .post("/v1/gc", box::gc)
                .get("/v1/events", event::events)
                .post("/v1/boxes/{id}/exec", exec::start)
                .get("/v1/boxes/{id}/execs", exec::list)
                .get("/v1/boxes/{id}/exec/{eid}/events", exec::events)
                .post("/v1/boxes/{id}/exec/{eid}/stdin", exec::stdin)
                .post("/v1/boxes/{id}/exec/{eid}:cancel", exec::cancel)
                .post("/v1/boxes/{id}/exec/{eid}:signal", exec::signal)
                .get("/v1/boxes/{id}/exec/{eid}", exec::get)
                .post("/v1/boxes/{id}/exec/{eid}", exec::unknownAction)
                .post("/v1/boxes/{id}/files/upload", file::upload)
                .post("/v1/boxes/{id}/files/download", file::download)
                .get("/v1/boxes/{id}/sessions", exec::sessions)
                .get("/v1/boxes/{id}/attach", socket::attach)
                .get("/v1/images", image::list)
                .post("/v1/images:pull", image::pull)
                .post("/v1/images:load", image::load)
                .post("/v1/images:{action}", ImageRoutes::unknownAction)
                .delete("/v1/images/{+reference}", image::remove);
    }

    private WsRouting.Builder sockets(LongRequests requests, UnaryOperator<Conversation> guard) {
        return WsRouting.builder()
                .endpoint("/v1/run", () -> new CommandSocket(guard.apply(new RunConversation(oneShot)), requests))
                .endpoint(
                        "/v1/boxes/{id}/attach",
                        () -> new CommandSocket(guard.apply(new AttachConversation(boxes, execs)), requests));
    }

    /** What never becomes a request is answered in JSON too. */
    private static DirectHandlers rejections() {
        DirectHandler handler = (request, event, status, headers, reason) -> DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .entity(Answers.rejection(status, reason))
                .keepAlive(false)
                .build();
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, handler);
        }
        return handlers.build();
    }
}

package boxrun.daemon.http;

import boxrun.api.DaemonInfo;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.exec.Execs;
import boxrun.daemon.exec.OneShot;
import boxrun.daemon.image.Images;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.websocket.WsRouting;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/** The REST API of docs/api.md on a Unix socket. */
public final class HttpApi {
    private static final Duration IDLE_CONNECTION = Duration.ofMinutes(5);
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    private final Boxes boxes;
    private final Execs execs;
    private final OneShot oneShot;
    private final Images images;
    private final InfoRoutes daemon;
    private final LongRequests requests = new LongRequests();
    private final Activity activity = new Activity(requests);

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

    /** A server that answers. */
    public static final class Listening implements AutoCloseable {
        private final WebServer server;
        private final LongRequests requests;

        private Listening(WebServer server, LongRequests requests) {
            this.server = server;
            this.requests = requests;
        }

        /** Ends streams and WebSockets in order, lets other requests finish for a while, and stops. */
        @Override
        public void close() {
            try {
                requests.end(STOP_GRACE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            server.stop();
        }
    }

    /** Whether anybody asks anything. */
    public Activity activity() {
        return activity;
    }

    /** Begins to answer on a socket, which must not exist, in a directory that only its owner can enter. */
    public Listening listen(Path socket) {
        WebServer server = WebServer.builder()
                .featuresDiscoverServices(false)
                .shutdownHook(false)
                .bindAddress(UnixDomainSocketAddress.of(socket))
                .mediaContext(MediaContext.builder()
                        .mediaSupportsDiscoverServices(false)
                        .registerDefaults(true)
                        .build())
                .addProtocol(Http1Config.builder()
                        .addReceiveListener(new ClientWatch.Listener())
                        .build())
                .directHandlers(rejections())
                .maxPayloadSize(-1)
                .shutdownGracePeriod(STOP_GRACE)
                .idleConnectionTimeout(IDLE_CONNECTION)
                .routing(this::routing)
                .addRouting(sockets())
                .build()
                .start();
        return new Listening(server, requests);
    }

    private void routing(HttpRouting.Builder routing) {
        BoxRoutes box = new BoxRoutes(boxes, images::resolve, requests);
        ExecRoutes exec = new ExecRoutes(execs, requests);
        ImageRoutes image = new ImageRoutes(images, requests);
        FileRoutes file = new FileRoutes(boxes, requests);
        RunRoutes run = new RunRoutes(oneShot, requests);
        SocketRoutes socket = new SocketRoutes(boxes);
        routing.addFilter(activity::filter);
        new ApiTable(routing)
                .get("/v1/info", daemon::info)
                .post("/v1/shutdown", daemon::shutdown)
                .post("/v1/run", run::run)
                .get("/v1/run", socket::run)
                .get("/v1/boxes", box::list)
                .post("/v1/boxes", box::create)
                .post("/v1/boxes/{id}:stop", box::stop)
                .post("/v1/boxes/{id}:start", box::start)
                .get("/v1/boxes/{id}", box::get)
                .delete("/v1/boxes/{id}", box::remove)
                .post("/v1/boxes/{id}", box::unknownAction)
                .post("/v1/gc", box::gc)
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
                .get("/v1/boxes/{id}/attach", socket::attach)
                .get("/v1/images", image::list)
                .post("/v1/images:pull", image::pull)
                .post("/v1/images:load", image::load)
                .delete("/v1/images/{+reference}", image::remove)
                .end();
    }

    private WsRouting.Builder sockets() {
        return WsRouting.builder()
                .endpoint("/v1/run", () -> new CommandSocket(new RunConversation(oneShot), requests))
                .endpoint(
                        "/v1/boxes/{id}/attach",
                        () -> new CommandSocket(new AttachConversation(boxes, execs), requests));
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

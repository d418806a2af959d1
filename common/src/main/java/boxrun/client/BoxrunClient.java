package boxrun.client;

import boxrun.api.Box;
import boxrun.api.BoxStats;
import boxrun.api.CreateBox;
import boxrun.api.DaemonInfo;
import boxrun.api.ExtendedBox;
import boxrun.api.Gc;
import boxrun.api.Image;
import boxrun.api.Inspection;
import boxrun.api.Listen;
import boxrun.api.PullImage;
import boxrun.api.PullProgress;
import boxrun.api.RenameBox;
import boxrun.api.Run;
import boxrun.api.RunResult;
import boxrun.api.Session;
import boxrun.http.Address;
import boxrun.http.HttpExchange;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.http.RequestBody;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.Quick;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The REST API of a daemon, one method per endpoint; docs/api.md says what each does. Blocking; safe for use by several
 * threads. A box is named by its id or its name.
 *
 * <p>Every method throws {@link boxrun.api.ProblemException} for what the daemon refuses and
 * {@link ConnectionException} when there is no daemon to talk to.
 */
public final class BoxrunClient {
    private final Transport transport;

    /** For a Unix socket, or a TCP address that wants no token. */
    public BoxrunClient(Address address) {
        this(address, null);
    }

    /** With the token that a TCP address wants. */
    public BoxrunClient(Address address, @Nullable String token) {
        this.transport = new Transport(address, token);
    }

    /** Over what the caller sends requests with. */
    public BoxrunClient(HttpExchange http, @Nullable String token) {
        this.transport = new Transport(http, token);
    }

    private BoxrunClient(Transport transport) {
        this.transport = transport;
    }

    /** The same, which tells a line about each request when its answer has begun. */
    public BoxrunClient reporting(Consumer<String> told) {
        return new BoxrunClient(transport.reporting(told));
    }

    public Address address() {
        return transport.address();
    }

    public DaemonInfo info() {
        return transport.ask(HttpRequest.of("GET", "/v1/info"), DaemonInfo.class);
    }

    /** Asks a daemon of whatever build who it is. */
    public Greeting greet(Duration within) {
        return transport.ask(HttpRequest.of("GET", "/v1/info").within(within), Greeting.class);
    }

    /** Asks the daemon to leave in order; boxes and their commands go on. */
    public void shutdown(Duration within) {
        transport.bytes(HttpRequest.of("POST", "/v1/shutdown").within(within));
    }

    /** Has the daemon listen over TCP too, until what is returned is closed. */
    public OpenDoor listen(Listen listen) {
        return new OpenDoor(
                transport, transport.open(HttpRequest.of("POST", "/v1/listen").with(Transport.json(listen))));
    }

    /** Makes a box, runs one command, destroys the box; waits for the end. */
    public RunResult run(Run run) {
        return transport.ask(HttpRequest.of("POST", "/v1/run").with(Transport.json(run)), RunResult.class);
    }

    /** The same with the events live; closing them early ends the command and its box. */
    public RunEvents runLive(Run run) {
        return events(HttpRequest.of("POST", "/v1/run").with(Transport.json(run)));
    }

    /** The same with stdin, signals and, where the run asks for a terminal, its size. */
    public InteractiveRun runInteractive(Run run, int columns, int rows) {
        JsonObject request = Quick.tree(run)
                .asObject("")
                .with("cols", new JsonNumber(columns))
                .with("rows", new JsonNumber(rows));
        return new InteractiveRun(transport, transport.upgrade(HttpRequest.of("GET", "/v1/run")), request);
    }

    private RunEvents events(HttpRequest request) {
        return new EventStream(transport, transport.open(request.header("Accept", "text/event-stream")), true);
    }

    public List<Image> images() {
        return transport.list(HttpRequest.of("GET", "/v1/images"), Image.class);
    }

    /** Fetches an image; {@code progress} is called from this thread. */
    public Image pull(PullImage image, Consumer<PullProgress> progress) {
        HttpRequest request = HttpRequest.of("POST", "/v1/images:pull")
                .with(Transport.json(image))
                .header("Accept", "text/event-stream");
        HttpResponse answer = transport.open(request);
        return PullEvents.read(transport, answer, progress);
    }

    /** Takes a docker archive or an OCI archive into the store. */
    public List<Image> load(InputStream archive) {
        RequestBody body = new RequestBody("application/x-tar", archive, RequestBody.UNKNOWN);
        return transport.list(HttpRequest.of("POST", "/v1/images:load").with(body), Image.class);
    }

    public void removeImage(String reference) {
        transport.bytes(HttpRequest.of("DELETE", "/v1/images/" + Transport.encoded(reference)));
    }

    public Box create(CreateBox box) {
        return create(box, warning -> {});
    }

    /** The same; {@code warned} is told what the user should know although he gets his box, one sentence each. */
    public Box create(CreateBox box, Consumer<String> warned) {
        return create(box, Duration.ZERO, warned);
    }

    /** The same in a time, 0 for any; a box that takes longer is not made. */
    public Box create(CreateBox box, Duration within, Consumer<String> warned) {
        HttpRequest request =
                HttpRequest.of("POST", "/v1/boxes").with(Transport.json(box)).within(within);
        return transport.ask(request, Box.class, warned);
    }

    /** The boxes that are {@code running}, {@code stopped}, or {@code all}. */
    public List<Box> boxes(String status) {
        return transport.list(HttpRequest.of("GET", "/v1/boxes?status=" + Transport.encoded(status)), Box.class);
    }

    /** The boxes that meet a filter, with their labels and ports. */
    public List<ExtendedBox> boxes(BoxFilter filter) {
        return transport.list(HttpRequest.of("GET", "/v1/boxes" + filter.query()), ExtendedBox.class);
    }

    /** The same, without what a list for people does not show. */
    public List<ListedBox> listed(BoxFilter filter) {
        return transport.list(HttpRequest.of("GET", "/v1/boxes" + filter.query()), ListedBox.class);
    }

    public Box box(String box) {
        return transport.ask(HttpRequest.of("GET", path(box)), Box.class);
    }

    /** The box when it does not run any more, or as it is after so many seconds. */
    public Box await(String box, Duration longest) {
        return transport.ask(HttpRequest.of("GET", path(box) + "?wait=" + longest.toSeconds()), Box.class);
    }

    /** The box with its limits as the kernel has them, and where the host keeps it. */
    public Inspection inspect(String box) {
        return transport.ask(HttpRequest.of("GET", path(box) + ":inspect"), Inspection.class);
    }

    /** What the box uses now. */
    public BoxStats stats(String box) {
        return transport.ask(HttpRequest.of("GET", path(box) + "/stats"), BoxStats.class);
    }

    public Box stop(String box) {
        return transport.ask(HttpRequest.of("POST", path(box) + ":stop"), Box.class);
    }

    /**
     * The same with another time for what runs in the box to end by itself; 0 ends it at once.
     *
     * @param grace in whole seconds; a part of one counts as one
     */
    public Box stop(String box, Duration grace) {
        long seconds = grace.plusMillis(999).toSeconds();
        return transport.ask(HttpRequest.of("POST", path(box) + ":stop?grace=" + seconds), Box.class);
    }

    public Box rename(String box, RenameBox name) {
        return transport.ask(HttpRequest.of("POST", path(box) + ":rename").with(Transport.json(name)), Box.class);
    }

    public Box start(String box) {
        return transport.ask(HttpRequest.of("POST", path(box) + ":start"), Box.class);
    }

    public void remove(String box, boolean force) {
        transport.bytes(HttpRequest.of("DELETE", path(box) + "?force=" + force));
    }

    public Gc.Result gc(Gc gc) {
        return transport.ask(HttpRequest.of("POST", "/v1/gc").with(Transport.json(gc)), Gc.Result.class);
    }

    /**
     * What happens to boxes and commands from now on.
     *
     * @param box only what concerns this one; null for all
     */
    public LifeEvents events(@Nullable String box) {
        return new LifeEvents(transport, transport.open(lifeEvents(new Query().add("box", box))));
    }

    /** The same from after an id on, as far as the daemon remembers; 0 for all that it remembers. */
    public LifeEvents events(@Nullable String box, long after) {
        Query query = new Query().add("box", box).add("after", Long.toString(after));
        return new LifeEvents(transport, transport.open(lifeEvents(query)));
    }

    private static HttpRequest lifeEvents(Query query) {
        return HttpRequest.of("GET", "/v1/events" + query).header("Accept", "text/event-stream");
    }

    /** The commands of a box. */
    public BoxExecs execs(String box) {
        return new BoxExecs(transport, path(box));
    }

    /** The terminals of a box that live on when their clients leave. */
    public List<Session> sessions(String box) {
        return transport.list(HttpRequest.of("GET", path(box) + "/sessions"), Session.class);
    }

    /** The files of a box. */
    public BoxFiles files(String box) {
        return new BoxFiles(transport, path(box));
    }

    /** Opens a terminal in a box. */
    public AttachSession attach(String box, Attach attach) {
        return new AttachSession(
                transport, transport.upgrade(HttpRequest.of("GET", path(box) + "/attach" + attach.query())));
    }

    private static String path(String box) {
        return "/v1/boxes/" + Transport.encoded(box);
    }
}

package boxrun.daemon.http;

import boxrun.api.DaemonInfo;
import boxrun.client.BoxrunClient;
import boxrun.config.Home;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.HostSize;
import boxrun.daemon.box.RunningBox;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.FakeEngine;
import boxrun.daemon.engine.FakeMachine;
import boxrun.daemon.exec.Execs;
import boxrun.daemon.exec.OneShot;
import boxrun.daemon.exec.OutputLimit;
import boxrun.daemon.image.Images;
import boxrun.daemon.image.LayerLimits;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.launcher.IdMapDetection;
import boxrun.daemon.launcher.Launcher;
import boxrun.daemon.lifecycle.TokenFile;
import boxrun.daemon.registry.RegistrySettings;
import boxrun.daemon.testing.AnswerCheck;
import boxrun.http.Address;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** The whole API over a real Unix socket, with boxes that are directories. */
final class ServerFixture implements AutoCloseable {
    final FakeMachine machine;
    final Home home;
    final CountDownLatch shutdownAsked = new CountDownLatch(1);
    final AnswerCheck answers = new AnswerCheck();
    private final int spares;
    private HttpApi api;
    private HttpApi.Listening server;
    private FakeEngine engine;
    private Boxes boxes;

    ServerFixture(Path directory) throws IOException {
        this(directory, 0);
    }

    /**
     * A daemon that keeps boxes started in advance, for which all boxes are of layers.
     *
     * @param spares how many
     */
    ServerFixture(Path directory, int spares) throws IOException {
        this.spares = spares;
        home = new Home(Files.createDirectories(directory.resolve("home")));
        machine = new FakeMachine(directory.resolve("disks"));
        engine = new FakeEngine(machine);
        boxes = boxes();
        api = api();
        server = listen(api);
    }

    private Boxes boxes() {
        HostSize host = new HostSize(BigDecimal.valueOf(4), 4096, BigDecimal.valueOf(8), BigDecimal.ONE, 512, false);
        return new Boxes(engine, home, host, Clock.systemUTC(), spares);
    }

    private HttpApi.Listening listen(HttpApi started) {
        return started.listen(home.socket(), new TokenFile(home.token()));
    }

    private HttpApi api() {
        Execs execs = new Execs(engine, boxes, Clock.systemUTC(), new OutputLimit(Optional.of(1L << 30)));
        boxes.open(execs);
        execs.open();
        // Boxes that are directories need no layers: nothing is unpacked.
        Launcher launcher = new Launcher(home.root(), IdMapDetection.ofThisProcess());
        RegistrySettings registries = RegistrySettings.parse("", "", Map.of());
        Images images = Images.open(home.images(), launcher, registries, LayerLimits.USUAL, boxes::layersInUse);
        OneShot oneShot = new OneShot(boxes, execs, (reference, policy, progress) -> {
            LocalImage image = images.resolve(reference, policy, progress);
            return spares == 0 || !(image.rootfs() instanceof Rootfs.Host) ? image : layered(image);
        });
        return new HttpApi(boxes, execs, oneShot, images, this::info, shutdownAsked::countDown);
    }

    private LocalImage layered(LocalImage image) {
        return new LocalImage(
                image.reference(), image.digest(), image.defaults(), new Rootfs.Layers(home.images(), List.of("a")));
    }

    /** The boxes that run and that were asked for. */
    Set<BoxId> running() {
        Set<BoxId> running = new HashSet<>(machine.running());
        if (spares > 0) {
            running.retainAll(boxes.running().stream().map(RunningBox::id).toList());
        }
        return running;
    }

    private DaemonInfo info() {
        return new DaemonInfo(
                BigDecimal.valueOf(4), 4096, "0", "test", 1, "fake", Map.of(), List.of(), Map.of(), home.root() + "");
    }

    /** What there is on every socket, each as {@code GET /v1/info}. */
    Set<String> routes() {
        return api.routes();
    }

    FakeEngine engine() {
        return engine;
    }

    BoxrunClient client() {
        return answers.client(address(), null);
    }

    /** The daemon is killed, and another one comes. */
    void restart() {
        machine.loseDaemon();
        server.close();
        engine = new FakeEngine(machine);
        boxes = boxes();
        api = api();
        server = listen(api);
    }

    /** Stops the server in order, as SIGTERM does. */
    void stop() {
        server.close();
    }

    /** How many boxes have a directory. */
    int leftovers() {
        String[] names = home.boxes().toFile().list();
        return names == null ? 0 : names.length;
    }

    /** Sends bytes as they are, and gives all that comes back until the server closes. */
    String raw(String request) throws IOException {
        return new RawHttp(address()).send(request).text();
    }

    SocketChannel connect() throws IOException {
        SocketChannel socket = SocketChannel.open(StandardProtocolFamily.UNIX);
        socket.connect(UnixDomainSocketAddress.of(home.socket()));
        return socket;
    }

    Address address() {
        return new Address.Unix(home.socket());
    }

    static void write(SocketChannel socket, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    @Override
    public void close() {
        server.close();
        boxes.close();
        machine.clear();
        answers.assertNothingWasFound();
    }
}

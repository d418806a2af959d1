package boxrun.daemon;

import boxrun.api.DaemonInfo;
import boxrun.config.Home;
import boxrun.config.Setting;
import boxrun.config.Settings;
import boxrun.config.Version;
import boxrun.daemon.box.BoxListener;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.HostSize;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.container.ContainerEngine;
import boxrun.daemon.exec.Execs;
import boxrun.daemon.exec.OneShot;
import boxrun.daemon.exec.OutputLimit;
import boxrun.daemon.http.HttpApi;
import boxrun.daemon.image.Images;
import boxrun.daemon.image.LayerLimits;
import boxrun.daemon.launcher.IdMapDetection;
import boxrun.daemon.launcher.Launcher;
import boxrun.daemon.lifecycle.DaemonLock;
import boxrun.daemon.lifecycle.IdleExit;
import boxrun.daemon.lifecycle.OrderlyStop;
import boxrun.daemon.lifecycle.SocketFile;
import boxrun.daemon.lifecycle.StayReason;
import boxrun.daemon.lifecycle.TokenFile;
import boxrun.daemon.registry.RegistrySettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;

/** The daemon put together, from the lock to the socket; {@link #start} is to be read top to bottom. */
final class Daemon implements AutoCloseable {
    private final OrderlyStop stop;
    private final DaemonLock lock;

    private Daemon(OrderlyStop stop, DaemonLock lock) {
        this.stop = stop;
        this.lock = lock;
    }

    /** Takes over the state directory and begins to answer. */
    static Daemon start(Settings settings) {
        Home home = Home.of(settings);
        home.prepare();
        DaemonLock lock = DaemonLock.acquire(home);
        OrderlyStop stop = new OrderlyStop();
        stop.onSignal();

        Path natives = nativePrograms();
        ContainerEngine engine = new ContainerEngine(
                home, natives, settings.text(Setting.RUNTIME).orElseThrow());
        HostSize host = HostSize.of(settings);
        Clock clock = Clock.systemUTC();
        Boxes boxes = new Boxes(engine, home, host, clock, settings.count(Setting.SPARES));
        OutputLimit limit =
                new OutputLimit(settings.whole(Setting.EXEC_LOG_MAX_MB).map(mb -> (long) mb << 20));
        Execs execs = new Execs(engine, boxes, clock, limit);
        boxes.open(listener(execs));
        execs.open();
        Images images = Images.open(
                home.images(),
                new Launcher(natives, IdMapDetection.ofThisProcess()),
                registries(settings),
                LayerLimits.USUAL,
                boxes::layersInUse);
        OneShot oneShot = new OneShot(boxes, execs, images::resolve);

        HttpApi api = new HttpApi(
                boxes,
                execs,
                oneShot,
                images,
                () -> info(home, host, engine, images),
                () -> stop.request("a client asked for it"));
        SocketFile socket = new SocketFile(home.socket());
        socket.clear();
        HttpApi.Listening listening = api.listen(socket.path(), new TokenFile(home.token()));
        socket.restrict();
        stop.then("end the requests", listening::close);
        stop.then("remove the boxes that were started in advance", boxes::close);
        stop.then("leave the boxes running", engine::close);

        IdleExit idle = new IdleExit(
                settings.duration(Setting.IDLE_TIMEOUT),
                List.of(
                        some(() -> boxes.running().size(), "box runs", "boxes run"),
                        some(execs::running, "command runs", "commands run"),
                        api.activity()::now),
                stop);
        api.activity().onRequest(idle::touch);
        idle.start();
        return new Daemon(stop, lock);
    }

    /** Serves until it is asked to stop, and stops in order. */
    void serve() throws InterruptedException {
        stop.await();
    }

    @Override
    public void close() {
        lock.close();
    }

    /** Beside the jars of an installation; in a checkout's tests, where the build puts them. */
    private static Path nativePrograms() {
        return Version.installation()
                .map(installation -> installation.resolve("libexec"))
                .orElseGet(() -> Path.of(System.getProperty("boxrun.native", "target/native")))
                .toAbsolutePath();
    }

    private static BoxListener listener(Execs execs) {
        return new BoxListener() {
            @Override
            public void ended(BoxId box, String reason) {
                execs.ended(box, reason);
            }

            @Override
            public void removed(BoxId box) {
                execs.removed(box);
            }
        };
    }

    private static RegistrySettings registries(Settings settings) {
        return RegistrySettings.parse(
                settings.text(Setting.REGISTRY_MIRRORS).orElse(""),
                settings.text(Setting.INSECURE_REGISTRIES).orElse(""),
                System.getenv());
    }

    private static DaemonInfo info(Home home, HostSize host, Engine engine, Images images) {
        Version version = Version.current();
        return new DaemonInfo(
                host.cpu(),
                host.memoryMb(),
                version.product(),
                version.build(),
                ProcessHandle.current().pid(),
                engine.name(),
                engine.capabilities().enforced(),
                engine.capabilities().unsupported(),
                images.aliases(),
                home.root().toString());
    }

    private static StayReason some(IntSupplier count, String one, String many) {
        return () -> {
            int number = count.getAsInt();
            return number == 0 ? Optional.empty() : Optional.of(number + " " + (number == 1 ? one : many));
        };
    }
}

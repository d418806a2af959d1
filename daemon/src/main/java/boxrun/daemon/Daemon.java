package boxrun.daemon;

import boxrun.api.DaemonInfo;
import boxrun.config.Home;
import boxrun.config.Setting;
import boxrun.config.Settings;
import boxrun.config.Version;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.HostSize;
import boxrun.daemon.engine.Capabilities;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.container.ContainerEngine;
import boxrun.daemon.exec.Execs;
import boxrun.daemon.exec.OneShot;
import boxrun.daemon.http.HttpApi;
import boxrun.daemon.image.Images;
import boxrun.daemon.image.LayerLimits;
import boxrun.daemon.launcher.IdMapDetection;
import boxrun.daemon.launcher.Launcher;
import boxrun.daemon.lifecycle.DaemonLock;
import boxrun.daemon.lifecycle.IdleExit;
import boxrun.daemon.lifecycle.OrderlyStop;
import boxrun.daemon.lifecycle.SocketFile;
import boxrun.daemon.registry.RegistrySettings;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All parts of the daemon, put together from the bottom up; read top to bottom. */
final class Daemon {
    private final Settings settings;
    private final Home home;

    Daemon(Settings settings) {
        this.settings = settings;
        this.home = Home.of(settings);
    }

    /** Serves until it is asked to end. */
    void run(Runnable ready) throws InterruptedException {
        home.prepare();
        DaemonLock lock = DaemonLock.acquire(home);
        SocketFile socket = new SocketFile(home.socket());
        OrderlyStop stop = new OrderlyStop();

        Launcher launcher = new Launcher(natives(), IdMapDetection.ofThisProcess());
        Engine engine = new ContainerEngine(
                home, natives(), settings.text(Setting.RUNTIME).orElseThrow());
        HostSize host = host();
        Boxes boxes = new Boxes(engine, home, host, Clock.systemUTC());
        Execs execs = new Execs(engine, boxes, Clock.systemUTC());
        boxes.open(execs);
        execs.open();

        // After the boxes: what they are made of is not to be swept.
        Images images = Images.open(home.images(), launcher, registries(), LayerLimits.USUAL, boxes::layersInUse);
        OneShot oneShot = new OneShot(boxes, execs, images::resolve);
        HttpApi api = new HttpApi(
                boxes, execs, oneShot, images, () -> info(engine, host, images), () -> stop.request("asked to"));

        socket.clear();
        HttpApi.Listening listening = api.listen(home.socket());
        socket.restrict();
        stop.then("requests", listening::close);
        stop.then("lock", lock::close);
        stop.onSignal();
        IdleExit idle = new IdleExit(
                settings.duration(Setting.IDLE_TIMEOUT), List.of(() -> boxesThatRun(boxes), api.activity()::now), stop);
        api.activity().onRequest(idle::touch);
        idle.start();
        ready.run();
        stop.await();
    }

    private DaemonInfo info(Engine engine, HostSize host, Images images) {
        Version version = Version.current();
        Capabilities can = engine.capabilities();
        return new DaemonInfo(
                host.cpu(),
                host.memoryMb(),
                version.product(),
                version.build(),
                ProcessHandle.current().pid(),
                engine.name(),
                Map.of("cpu", can.cpu(), "memory", can.memory(), "pids", can.pids(), "disk", can.disk()),
                can.unsupported(),
                images.aliases(),
                home.root().toString());
    }

    private static Optional<String> boxesThatRun(Boxes boxes) {
        int count = boxes.running().size();
        return count == 0 ? Optional.empty() : Optional.of(count == 1 ? "1 box runs" : count + " boxes run");
    }

    private HostSize host() {
        return new HostSize(
                settings.decimal(Setting.MAX_CPU)
                        .orElseGet(() -> BigDecimal.valueOf(Runtime.getRuntime().availableProcessors())),
                settings.whole(Setting.MAX_MEMORY_MB).map(Integer::longValue).orElseGet(HostMemory::megabytes),
                settings.decimal(Setting.CPU_OVERCOMMIT).orElseThrow(),
                settings.decimal(Setting.MEMORY_OVERCOMMIT).orElseThrow(),
                settings.whole(Setting.PIDS).orElseThrow());
    }

    private RegistrySettings registries() {
        return RegistrySettings.parse(
                settings.text(Setting.REGISTRY_MIRRORS).orElse(""),
                settings.text(Setting.INSECURE_REGISTRIES).orElse(""),
                System.getenv());
    }

    /** The directory of our native programs: in an installation, or where a build without one has put them. */
    private static Path natives() {
        return Version.installation()
                .map(installation -> installation.resolve("libexec"))
                .orElseGet(() -> Path.of(System.getProperty("boxrun.native", "target/native")));
    }
}

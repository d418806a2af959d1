package boxrun.daemon.engine.container;

import boxrun.api.Port;
import boxrun.api.Volume;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.EngineProcess;
import boxrun.daemon.engine.Launch;
import boxrun.daemon.engine.Limits;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.ProcessSpec;
import boxrun.daemon.engine.RecordedOutput;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.oci.ImageConfig;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** An engine over a state directory of a test, and the boxes made there, which are destroyed when it is closed. */
final class Boxes implements AutoCloseable {
    static final Path NATIVES = Path.of(System.getProperty("boxrun.native", "target/native"));
    static final Rootfs HOST = new Rootfs.Host();
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final Path state;
    private final List<BoxId> made = new CopyOnWriteArrayList<>();
    private final ContainerEngine engine;

    Boxes(Path state) {
        this(state, UnaryOperator.identity());
    }

    /** Boxes whose configurations are changed. */
    Boxes(Path state, UnaryOperator<Map<String, Object>> change) {
        this.state = state;
        this.engine = new ContainerEngine(new Home(state), NATIVES, "crun", change);
    }

    ContainerEngine engine() {
        return engine;
    }

    Path state() {
        return state;
    }

    /** A running box of the host's view. */
    BoxId box() {
        return box(launch(HOST));
    }

    BoxId box(Launch launch) {
        BoxId id = id();
        engine.launch(id, launch);
        return id;
    }

    /** An id whose box is destroyed in the end. */
    BoxId id() {
        BoxId id = BoxId.random();
        made.add(id);
        return id;
    }

    static Launch launch(Rootfs rootfs) {
        return launch(rootfs, false, List.of());
    }

    static Launch launch(Rootfs rootfs, boolean network, List<Volume> volumes) {
        return launch(rootfs, network, List.of(), volumes);
    }

    /** One that is reached at ports of the host. */
    static Launch publishing(Port... ports) {
        return launch(HOST, true, List.of(ports), List.of());
    }

    private static Launch launch(Rootfs rootfs, boolean network, List<Port> ports, List<Volume> volumes) {
        LocalImage image = new LocalImage("test", "", ImageConfig.Defaults.NONE, rootfs);
        return new Launch(image, new Limits(BigDecimal.ONE, 256, 1, 256), network, ports, volumes, "test-box", true);
    }

    /** Runs a shell script to its end. */
    Ran sh(BoxId box, String script) throws InterruptedException {
        return run(box, "sh", "-c", script);
    }

    Ran run(BoxId box, String... argv) throws InterruptedException {
        RecordedOutput output = new RecordedOutput();
        start(box, output, argv);
        return new Ran(output.awaitEnd(), output.stdout(), output.stderr());
    }

    EngineProcess start(BoxId box, RecordedOutput output, String... argv) {
        ProcessSpec spec =
                new ProcessSpec(List.of(argv), Map.of("PATH", PATH), "/", false, "0", Optional.empty(), false);
        return engine.start(box, "p" + System.nanoTime(), spec, output);
    }

    /** How a command ended and what it wrote. */
    record Ran(ProcessEnd end, String stdout, String stderr) {
        boolean well() {
            return end.equals(new ProcessEnd.Exited(0));
        }
    }

    @Override
    public void close() {
        for (BoxId box : made) {
            engine.destroy(box);
            Trace.assertNone(state, box);
        }
        engine.close();
    }
}

package boxrun.daemon.engine.container;

import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.EngineContract;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.oci.ImageConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ContainerEngineTest extends EngineContract {
    private static final Path NATIVES = Path.of(System.getProperty("boxrun.native", "target/native"));

    @TempDir
    Path state;

    private ContainerEngine engine;

    @BeforeEach
    void makeEngine() {
        engine = new ContainerEngine(new Home(state), NATIVES, "crun");
    }

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected void restart() {
        engine.close();
        engine = new ContainerEngine(new Home(state), NATIVES, "crun");
    }

    @Override
    protected LocalImage image() {
        return new LocalImage("host", "", ImageConfig.Defaults.NONE, new Rootfs.Host());
    }

    @Override
    protected void crash(BoxId box) {
        Trace.of(state, box).process().kill();
    }

    @Override
    protected void assertNothingLeftOf(BoxId box) {
        Trace.assertNone(state, box);
    }

    @AfterEach
    void closeEngine() {
        engine.close();
    }
}

package boxrun.daemon.engine;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.oci.ImageConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FakeEngineTest extends EngineContract {
    @TempDir
    Path root;

    private FakeMachine machine = new FakeMachine(Path.of("/nonexistent"));
    private FakeEngine engine = new FakeEngine(machine);

    @BeforeEach
    void machine() {
        machine = new FakeMachine(root);
        engine = new FakeEngine(machine);
    }

    @Override
    protected Engine engine() {
        return engine;
    }

    @Override
    protected void restart() {
        machine.loseDaemon();
        engine = new FakeEngine(machine);
    }

    @Override
    protected LocalImage image() {
        return new LocalImage("host", "", ImageConfig.Defaults.NONE, new Rootfs.Host());
    }

    @Override
    protected void crash(BoxId box) {
        machine.crash(box);
    }

    /** As in the middle of execve, when a process has no environment to be found by. */
    @Test
    @Timeout(60)
    void aCommandThatCannotBeFoundForAMomentIsEndedWithItsBox() throws Exception {
        BoxId box = box();
        run(box, """
                box=$BOXRUN_FAKE_BOX
                exec env -i PATH=/usr/bin:/bin sh -c "touch hidden; sleep 0.3; exec env BOXRUN_FAKE_BOX=$box sleep 1000"
                """);
        while (!Files.exists(machine.inside(box, "/work/hidden"))) {
            Thread.sleep(1);
        }
        engine.destroy(box);
        assertNothingLeftOf(box);
    }

    @Override
    protected void assertNothingLeftOf(BoxId box) {
        assertThat(machine.inside(box, "/")).doesNotExist();
        assertThat(HostProcesses.marked(FakeProcess.BOX + "=" + box)).isEmpty();
        assertThat(machine.running()).doesNotContain(box);
    }
}

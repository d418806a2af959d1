package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A box's disk is in one loop device at a time: two that write to one file would destroy its file system. */
@Timeout(120)
class DiskReleaseTest {
    @TempDir
    Path state;

    @Test
    void aBoxIsNotStartedBeforeTheDeviceOfItsLastLifeIsGone() throws Exception {
        try (Boxes boxes = new Boxes(state);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assumeTrue(boxes.engine().capabilities().disk(), "there are no limited disks here");
            BoxId box = boxes.box();
            assertThat(boxes.sh(box, "echo kept > /root/file").well()).isTrue();
            boxes.engine().stop(box, Duration.ZERO);
            Path image = BoxDirectory.of(new Home(state), box).image();
            String device = Programs.run("losetup", "--read-only", "--find", "--show", image.toString())
                    .strip();
            Future<?> start;
            try {
                start = threads.submit(() -> boxes.engine().launch(box, Boxes.launch(Boxes.HOST)));
                while (!start.isDone() && !isWaitedFor(image)) {
                    Thread.onSpinWait();
                }
                assertThat(start.isDone()).isFalse();
            } finally {
                Programs.run("losetup", "--detach", device);
            }
            start.get();
            assertThat(boxes.sh(box, "cat /root/file").stdout()).isEqualTo("kept\n");
        }
    }

    /** Whether the launcher that is to mount it sleeps. */
    private static boolean isWaitedFor(Path image) {
        return ProcessHandle.allProcesses().anyMatch(process -> {
            Path of = Path.of("/proc", "" + process.pid());
            return read(of.resolve("cmdline")).contains("\0" + image + "\0")
                    && read(of.resolve("wchan")).contains("nanosleep");
        });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}

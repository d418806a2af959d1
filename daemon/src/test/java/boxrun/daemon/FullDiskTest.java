package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.Gc;
import boxrun.api.ProblemException;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.container.Trace;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.NeedsRoot;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.Recorded;
import boxrun.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A state directory on a small file system that becomes full. */
@Timeout(120)
@NeedsRoot("only root mounts a small file system")
class FullDiskTest {
    private final Path state;
    private final Path ballast;
    private final DaemonProcess daemon;

    FullDiskTest() throws Exception {
        state = Files.createTempDirectory("bx");
        Programs.run("mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "boxrun-test", state.toString());
        ballast = state.resolve("ballast");
        daemon = new DaemonProcess(state).start();
    }

    @AfterEach
    void close() throws Exception {
        Files.deleteIfExists(ballast);
        try {
            daemon.endAndRemoveBoxes();
        } finally {
            Programs.run("umount", "--lazy", state.toString());
            Files.delete(state);
            Files.deleteIfExists(Path.of(state + ".log"));
        }
    }

    private void fill() throws IOException {
        try (OutputStream file = Files.newOutputStream(ballast)) {
            for (int size = 1 << 20; size > 0; size = size == 1 ? 0 : size / 16) {
                fill(file, new byte[size]);
            }
        }
    }

    private static void fill(OutputStream file, byte[] piece) {
        try {
            while (true) {
                file.write(piece);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("space");
        }
    }

    @Test
    void whatNeedsRoomSaysSoAndTheRestWorks() throws Exception {
        Box running = daemon.box("{\"name\":\"running\",\"memory_mb\":64}");
        Box stopped = daemon.box("{\"name\":\"stopped\",\"memory_mb\":64}");
        Commands commands = daemon.commands(running);
        Exec before = commands.sh("echo before");
        assertThat(commands.ended(before).status()).isEqualTo(ExecStatus.SUCCEEDED);
        daemon.client().stop("stopped");
        fill();

        assertThatThrownBy(() -> daemon.box("{\"name\":\"more\"}"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("No space left on device");
        // The first may still find room in what the journal has begun.
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        commands.sh("echo no");
                    }
                })
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("No space left on device");
        assertThat(daemon.client().boxes("all")).extracting(Box::name).containsExactly("stopped", "running");
        assertThat(daemon.directories()).hasSize(2);
        assertThat(commands.record(before).stdout()).isEqualTo("before\n");

        daemon.kill();
        daemon.start();
        assertThat(daemon.client().box("running").status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(commands.record(before).stdout()).isEqualTo("before\n");
        assertThat(daemon.client().stop("running").status()).isEqualTo(BoxStatus.STOPPED);
        daemon.client().remove("running", false);
        assertThat(daemon.client()
                        .gc(Json.WIRE.decode("{\"older_than\":0}", Gc.class))
                        .removed())
                .isEqualTo(1);
        assertThat(daemon.directories()).isEmpty();
        for (Box box : new Box[] {running, stopped}) {
            Trace.assertNone(state, new BoxId(box.id()));
        }
        Files.delete(ballast);
        Commands again = daemon.commands(daemon.box("{\"name\":\"more\"}"));
        assertThat(again.record(again.sh("echo again")).stdout()).isEqualTo("again\n");
    }

    @Test
    void outputWaitsForRoomAndNothingOfItIsMissing() throws Exception {
        Commands commands = daemon.commands(daemon.box("{\"memory_mb\":64}"));
        Exec exec = commands.sh("read -r go; seq 300000; exit 9", "{\"stdin\":true}");
        Exec canceled = commands.sh("read -r go; yes", "{\"stdin\":true}");
        Exec quiet = commands.sh("read -r go; exit 4", "{\"stdin\":true}");
        fill();
        for (Exec each : new Exec[] {exec, canceled, quiet}) {
            commands.api().stdin(each.id(), new ByteArrayInputStream("go\n".getBytes(UTF_8)));
        }
        awaitHeldUp(commands, exec);
        awaitHeldUp(commands, canceled);
        assertThat(commands.api().cancel(canceled.id()))
                .returns(ExecStatus.CANCELED, Exec::status)
                .matches(ended -> String.valueOf(ended.errorMessage()).contains("output is missing"));
        assertThat(commands.ended(quiet).exitCode()).isEqualTo(4);

        daemon.kill();
        daemon.start();
        awaitHeldUp(commands, exec);
        assertThat(commands.ended(quiet).exitCode()).isEqualTo(4);
        Files.delete(ballast);
        Recorded recorded = commands.record(exec);
        assertThat(recorded.stdout())
                .startsWith("1\n2\n3\n")
                .endsWith("\n299999\n300000\n")
                .hasSize(1_988_895);
        assertThat(recorded.exit()).isEqualTo(new ExitData(9, null));
        assertThat(commands.ended(exec)).returns(9, Exec::exitCode).returns(null, Exec::errorMessage);
    }

    private static void awaitHeldUp(Commands commands, Exec exec) throws InterruptedException {
        while (!String.valueOf(commands.api().find(exec.id()).errorMessage()).contains("No space left on device")) {
            assertThat(commands.api().find(exec.id()).status()).isEqualTo(ExecStatus.RUNNING);
            Thread.sleep(10);
        }
    }
}

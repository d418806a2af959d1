package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.Gc;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.container.Trace;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody has damaged a file of the state directory: what does not need it works, and its box can be removed. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class DamagedStateTest {
    private final DaemonProcess daemon;

    DamagedStateTest() throws Exception {
        daemon = new DaemonProcess().start();
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
    }

    /** What a file may look like afterwards. */
    private enum Damage {
        EMPTY,
        NULL,
        OBJECT,
        HALF,
        GARBAGE,
        DIRECTORY,
        GONE;

        void on(Path file) throws Exception {
            byte[] before = Files.readAllBytes(file);
            Files.delete(file);
            switch (this) {
                case EMPTY -> Files.createFile(file);
                case NULL -> Files.writeString(file, "null\n");
                case OBJECT -> Files.writeString(file, "{}\n");
                case HALF -> Files.write(file, Arrays.copyOf(before, before.length / 2));
                case GARBAGE -> Files.write(file, "\u0000\u0001\u00ff garbage".getBytes(StandardCharsets.UTF_8));
                case DIRECTORY -> Files.createDirectory(file);
                case GONE -> {}
            }
        }
    }

    /** A box and what happens to one of its files. */
    private record Victim(Box box, Damage damage, Path file) {}

    @ParameterizedTest
    @ValueSource(
            strings = {
                "box.json",
                "engine/running.json",
                "engine/launched.json",
                "engine/pid",
                "engine/bundle/config.json",
                "execs/journal",
                "execs/LOG"
            })
    void boxesWithADamagedFileCanBeRemovedAndOthersAreNotAffected(String name) throws Exception {
        Box whole = daemon.box("{\"name\":\"whole\",\"memory_mb\":64}");
        Exec exec = ended(whole);
        List<Victim> damaged = new ArrayList<>();
        for (Damage damage : Damage.values()) {
            Box box = daemon.box("{\"name\":\"" + damage + "\",\"memory_mb\":64}");
            Path directory = daemon.state().resolve("boxes").resolve(box.id());
            damaged.add(new Victim(
                    box,
                    damage,
                    directory.resolve(name.replace("LOG", ended(box).id() + ".log"))));
        }
        daemon.kill();
        for (Victim each : damaged) {
            each.damage().on(each.file());
        }
        daemon.start();

        if (name.equals("box.json")) {
            // A box without any record is what is left of one whose making was interrupted.
            damaged.removeIf(each -> each.damage() == Damage.GONE);
        }
        List<String> ids = new ArrayList<>(List.of(whole.id()));
        damaged.forEach(each -> ids.add(each.box().id()));
        assertThat(daemon.client().boxes("all")).extracting(Box::id).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(daemon.client().box("whole").status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(daemon.commands(whole).record(exec).stdout()).isEqualTo("out\n");
        ended(whole);
        assertThat(daemon.client()
                        .gc(Json.WIRE.decode("{\"older_than\":3600}", Gc.class))
                        .removed())
                .isZero();
        for (Victim each : damaged) {
            daemon.client().remove(each.box().id(), true);
            Trace.assertNone(daemon.state(), new BoxId(each.box().id()));
        }
        daemon.client().remove("whole", true);
    }

    private Exec ended(Box box) {
        Commands commands = daemon.commands(box);
        Exec exec = commands.sh("echo out");
        assertThat(commands.ended(exec).status()).isEqualTo(ExecStatus.SUCCEEDED);
        return exec;
    }

    @Test
    void strangersInTheStateDirectoryAreLeftAlone() throws Exception {
        Path boxes = Files.createDirectories(daemon.state().resolve("boxes"));
        List<Path> strangers = List.of(
                Files.writeString(boxes.resolve("box_AAAAAAAAAAAA"), "a file"),
                Files.writeString(boxes.resolve("notes"), "a file"),
                Files.createDirectories(boxes.resolve("directory/below")),
                Files.createSymbolicLink(boxes.resolve("box_BBBBBBBBBBBB"), Path.of("/nowhere")));
        daemon.kill();
        daemon.start();
        Box box = daemon.box("{}");
        ended(box);
        daemon.client().remove(box.id(), true);
        for (Path stranger : strangers) {
            assertThat(Files.exists(stranger, LinkOption.NOFOLLOW_LINKS)).isTrue();
        }
    }
}

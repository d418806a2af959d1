package boxrun.daemon.box;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.ExtendedBox;
import boxrun.api.Port;
import boxrun.api.RenameBox;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.image.PullListener;
import boxrun.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a killed daemon leaves, the next one takes over or sweeps. */
@Timeout(60)
class BoxesRestartTest extends BoxesFixture {
    BoxesRestartTest(@TempDir Path directory) {
        super(directory);
    }

    @Test
    void theBoxesOfAKilledDaemonAreAsTheyWere() {
        Box runs = create("runs");
        create("stopped");
        Box stopped = boxes.stop("stopped", GRACE);
        restart();
        assertThat(boxes.get("runs")).usingRecursiveComparison().isEqualTo(runs);
        assertThat(boxes.get("stopped")).usingRecursiveComparison().isEqualTo(stopped);
        assertThat(boxes.running("runs").defaults().env()).containsEntry("A", "1");
        assertThat(boxes.layersInUse()).containsExactlyInAnyOrder("a", "b");
        boxes.stop("runs", GRACE);
        boxes.start("stopped");
    }

    @Test
    void aBoxThatEndedWhileNoDaemonRanIsStopped() {
        Box box = create("web");
        machine.loseDaemon();
        machine.crash(new BoxId(box.id()));
        restart();
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.STOPPED);
        restart();
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.STOPPED);
    }

    @Test
    void aBoxThatRunsIsTakenOverWhateverItsRecordSays() throws Exception {
        Box box = create("web");
        Path record = home.boxes().resolve(box.id()).resolve("box.json");
        boxes.stop("web", GRACE);
        byte[] stopped = Files.readAllBytes(record);
        boxes.start("web");
        Files.write(record, stopped);
        restart();
        assertThat(boxes.get("web").status()).isEqualTo(BoxStatus.RUNNING);
    }

    @Test
    void whatAKilledCreateAndRunLeftIsSwept() throws Exception {
        BoxId withoutDirectory = BoxId.random();
        machine.launch(withoutDirectory);
        BoxId withoutRecord = BoxId.random();
        Files.createDirectories(home.boxes().resolve(withoutRecord.value()).resolve("execs"));
        Box run = boxes.create(run(), BoxesFixture::image, PullListener.NONE);
        restart();
        assertThat(boxes.list(BoxFilter.ALL)).isEmpty();
        assertThat(machine.running()).isEmpty();
        assertNothingOf(withoutRecord.value());
        assertNothingOf(run.id());
    }

    @Test
    void aBoxWithADamagedRecordIsShownAndMayBeRemoved() throws Exception {
        Box box = create("web");
        create("other");
        boxes.stop("web", GRACE);
        Files.writeString(home.boxes().resolve(box.id()).resolve("box.json"), "{\"box\":");
        restart();
        assertThat(boxes.get(box.id()).status()).isEqualTo(BoxStatus.ERROR);
        assertThat(boxes.get(box.id()).errorMessage()).contains("cannot be read");
        refused(ErrorCode.RUNTIME_ERROR, () -> boxes.start(box.id()));
        assertThat(boxes.gc(Duration.ZERO)).isZero();
        assertThat(boxes.get("other").status()).isEqualTo(BoxStatus.RUNNING);
        boxes.remove(box.id(), false);
        assertNothingOf(box.id());
    }

    @Test
    void labelsPortsAndNamesSurviveTheDaemon() throws Exception {
        Box box = create(Json.WIRE.decode("""
                {"image": "x", "name": "web", "memory_mb": 1, "network": true, "pids": 7,
                 "labels": {"team": "a", "ci": ""},
                 "ports": [{"host_port": 0, "guest_port": 80}, {"host_port": 0, "guest_port": 81},
                           {"host_ip": "127.0.0.1", "host_port": 4711, "guest_port": 82}]}""", CreateBox.class));
        List<Port> ports = boxes.extended(BoxFilter.ALL).getFirst().ports();
        assertThat(ports).extracting(Port::guestPort).containsExactly(80, 81, 82);
        assertThat(ports).extracting(Port::hostIp).containsOnly("127.0.0.1");
        assertThat(ports)
                .extracting(Port::hostPort)
                .doesNotContain(0)
                .doesNotHaveDuplicates()
                .contains(4711);
        assertThat(boxes.rename("web", new RenameBox("shop")).name()).isEqualTo("shop");
        refused(ErrorCode.BOX_NOT_FOUND, () -> boxes.get("web"));
        restart();
        ExtendedBox after = boxes.extended(BoxFilter.ALL).getFirst();
        assertThat(after.box()).isEqualTo(boxes.get("shop")).returns(box.id(), Box::id);
        assertThat(after.labels()).isEqualTo(Map.of("team", "a", "ci", ""));
        assertThat(after.ports()).isEqualTo(ports);
        create("web");
        refused(ErrorCode.NAME_ALREADY_EXISTS, () -> boxes.rename("shop", new RenameBox("web")));
        assertThat(boxes.rename("shop", new RenameBox("shop")).name()).isEqualTo("shop");
        boxes.remove("shop", true);
        create("shop");
    }

    @Test
    void aRecordOfAVersionThatKnewNoLabelsIsRead() throws Exception {
        Box box = create("web");
        boxes.stop("web", GRACE);
        Path record = home.boxes().resolve(box.id()).resolve("box.json");
        String text = Files.readString(record);
        String older = text.replaceFirst(",\"options\":\\{.*?\\}(?=\\})", "").replaceFirst("\"ports\":\\[\\],?", "");
        assertThat(older).doesNotContain("options", "labels", "pids").hasSizeLessThan(text.length());
        Files.writeString(record, older);
        restart();
        assertThat(boxes.start("web").status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(boxes.extended(BoxFilter.ALL).getFirst().labels()).isEmpty();
    }
}

package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Volume;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.ProcessSpec;
import boxrun.daemon.engine.RecordedOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Boxes with 1 GiB of disk where the kernel does not hold them to it: {@link RootlessTest} tells it as a user. */
@Timeout(120)
class WatchedDiskStory {
    /** Much more than is left, and not more than the host can bear if nobody watches. */
    private static final String WRITE = "dd if=/dev/zero bs=1M count=4000";

    @TempDir
    Path state;

    @TempDir
    Path shared;

    private Boxes boxes;

    @BeforeEach
    void engine() {
        boxes = new Boxes(state);
    }

    @AfterEach
    void destroy() {
        boxes.close();
    }

    @Test
    void theCommandThatTakesTooMuchIsEndedAndOthersGoOn() throws Exception {
        BoxId box = boxes.box();
        RecordedOutput other = new RecordedOutput();
        boxes.start(box, other, "sh", "-c", "echo $$; exec sleep 1000");
        other.awaitStdout(text -> text.endsWith("\n"));
        assertThat(boxes.sh(box, "fallocate -l 900M /root/base").well()).isTrue();
        for (String file : List.of("more", "again")) {
            assertThat(boxes.sh(box, WRITE + " of=/root/" + file).end()).isEqualTo(new ProcessEnd.OverDisk());
        }
        assertThat(Long.parseLong(
                        boxes.sh(box, "du -m /root | cut -f1").stdout().strip()))
                .isLessThan(5000);
        assertThat(boxes.sh(box, "rm /root/base /root/more /root/again; echo x > /root/small; cat /root/small")
                        .stdout())
                .isEqualTo("x\n");
        assertThat(boxes.sh(box, "dd if=/dev/zero bs=1M count=100 of=/root/less")
                        .well())
                .isTrue();
        assertThat(boxes.sh(box, "kill -0 " + other.stdout()).well()).isTrue();
    }

    @Test
    void manyFilesCountAndSparseOnesDoNot() throws Exception {
        BoxId box = boxes.box();
        assertThat(boxes.sh(box, "truncate -s 500G /root/sparse").well()).isTrue();
        assertThat(boxes.sh(box, "fallocate -l 900M /usr/base && cd /usr && ln base link && ln base other")
                        .well())
                .isTrue();
        assertThat(boxes.sh(box, "dd if=/dev/zero bs=1M count=50 of=/root/little; sync")
                        .well())
                .isTrue();
        Boxes.Ran ran = boxes.sh(
                box, "cd /opt; i=0; while [ $i -lt 4000 ]; do head -c 1000000 /dev/zero > $i; i=$((i+1)); done");
        assertThat(ran.end()).isEqualTo(new ProcessEnd.OverDisk());
    }

    @Test
    void aFileWithoutANameCountsWhileItIsOpen() throws Exception {
        BoxId box = boxes.box();
        assertThat(boxes.sh(box, "exec 3> /root/file; rm /root/file; " + WRITE + " >&3")
                        .end())
                .isEqualTo(new ProcessEnd.OverDisk());
        assertThat(boxes.sh(box, "dd if=/dev/zero bs=1M count=100 of=/root/less")
                        .well())
                .isTrue();
    }

    /** The kernel counts nowhere what children have written that their parent does not wait for. */
    @Test
    void whereNobodyIsSeenToWriteAllCommandsAreEnded() throws Exception {
        BoxId box = boxes.box();
        RecordedOutput other = new RecordedOutput();
        boxes.start(box, other, "sh", "-c", "echo up; exec sleep 1000");
        other.awaitStdout(text -> text.equals("up\n"));
        Boxes.Ran ran = boxes.run(
                box,
                "perl",
                "-e",
                "$SIG{CHLD} = 'IGNORE'; for (1..4000) { my $pid = fork; if ($pid == 0) { open F, '>', \"/root/$_\";"
                        + " print F 'x' x 1_000_000; exit } 1 while kill 0, $pid }");
        assertThat(ran.end()).isEqualTo(new ProcessEnd.OverDisk());
        assertThat(other.awaitEnd()).isEqualTo(new ProcessEnd.OverDisk());
    }

    @Test
    void theWatchGoesOnWithoutADaemon() throws Exception {
        BoxId box = boxes.box(Boxes.launch(Boxes.HOST, false, List.of(new Volume(shared.toString(), "/data", false))));
        RecordedOutput before = new RecordedOutput();
        ProcessSpec spec = new ProcessSpec(
                List.of("sh", "-c", "echo up; until [ -e /data/go ]; do sleep 0.01; done; " + WRITE + " of=/root/file"),
                Map.of("PATH", "/usr/bin:/bin"),
                "/",
                false,
                "0",
                Optional.empty(),
                false);
        boxes.engine().start(box, "writer", spec, before);
        before.awaitStdout(text -> text.equals("up\n"));
        boxes.engine().close();
        long ends = DiskWatch.ends(BoxDirectory.of(new Home(state), box));
        Files.createFile(shared.resolve("go"));
        while (DiskWatch.ends(BoxDirectory.of(new Home(state), box)) == ends) {
            Thread.sleep(5);
        }
        try (ContainerEngine next = new ContainerEngine(new Home(state), Boxes.NATIVES, "crun")) {
            assertThat(next.adopt(box)).isTrue();
            RecordedOutput after = new RecordedOutput();
            assertThat(next.resume(box, "writer", 3, 0, after)).isPresent();
            assertThat(after.awaitEnd()).isEqualTo(new ProcessEnd.OverDisk());
            next.destroy(box);
        }
    }
}

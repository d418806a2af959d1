package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.EngineProcess;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.RecordedOutput;
import boxrun.daemon.testing.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A box that takes all it can get: 256 MiB of memory, 1 GiB of disk, one CPU, 256 processes, and no more. */
@Timeout(240)
class LimitsUnderAttackTest {
    private static final String BUSY = "while :; do :; done & ";
    private static final long MEBIBYTE = 1 << 20;

    @TempDir
    Path state;

    private Boxes boxes;
    private Cgroups cgroups;

    @BeforeEach
    void engine() {
        boxes = new Boxes(state);
        cgroups = HostSupport.detect(new Home(state), Boxes.NATIVES, "crun").cgroups();
    }

    @AfterEach
    void destroy() {
        boxes.close();
    }

    /** Among processes alone the eight would get eight times what the one gets. */
    @Test
    void aBoxWithManyBusyProcessesGetsNoMoreThanOneWithASingleOne() throws Exception {
        BoxId modest = boxes.box();
        BoxId greedy = boxes.box();
        busy(modest, 1);
        busy(greedy, 8);
        long modestBefore = cpu(modest);
        long greedyBefore = cpu(greedy);
        long second = 1_000_000_000;
        while (cpu(modest) - modestBefore + cpu(greedy) - greedyBefore < 3 * second) {
            Thread.sleep(10);
        }
        double ratio = (double) (cpu(greedy) - greedyBefore) / (cpu(modest) - modestBefore);
        assertThat(ratio).isBetween(0.3, 3.5);
        // The kernel has held it to its one CPU.
        await(() -> counter(greedy, "cpu.stat", "nr_throttled ") > 0);
    }

    private void busy(BoxId box, int processes) throws InterruptedException {
        RecordedOutput output = new RecordedOutput();
        boxes.start(box, output, "sh", "-c", BUSY.repeat(processes) + "echo up; wait");
        output.awaitStdout(text -> text.equals("up\n"));
    }

    @Test
    void whoTakesTooMuchMemoryIsKilledAloneAndNeighboursAreUnharmed() throws Exception {
        BoxId neighbour = boxes.box();
        BoxId box = boxes.box();
        String inNeighbour = sleeper(neighbour);
        String beside = sleeper(box);
        for (int i = 0; i < 3; i++) {
            assertThat(boxes.run(box, "tail", "/dev/zero").end()).isEqualTo(new ProcessEnd.Signaled(9, true));
        }
        assertThat(boxes.sh(box, "kill -0 " + beside).well()).isTrue();
        assertThat(boxes.sh(neighbour, "kill -0 " + inNeighbour).well()).isTrue();
        assertThat(cgroups.outOfMemoryKills(box)).isGreaterThanOrEqualTo(3);
        assertThat(cgroups.outOfMemoryKills(neighbour)).isZero();
    }

    @Test
    void filesInMemoryAreMemoryOfTheBox() throws Exception {
        BoxId box = boxes.box();
        String allocate = "dd if=/dev/zero of=/dev/null bs=180M count=1";
        assertThat(boxes.sh(box, allocate).well()).isTrue();
        assertThat(boxes.sh(box, "dd if=/dev/zero of=/dev/shm/fill bs=1M count=110")
                        .well())
                .isTrue();
        assertThat(boxes.sh(box, "exec " + allocate).end()).isEqualTo(new ProcessEnd.Signaled(9, true));
        assertThat(boxes.sh(box, "dd if=/dev/zero of=/dev/shm/more bs=1M count=110")
                        .stderr())
                .contains("No space left on device");
        assertThat(boxes.sh(box, "rm /dev/shm/*; exec " + allocate).well()).isTrue();
    }

    /** All places that are memory and not disk are bounded: none of them is without a size. */
    @Test
    void noFileSystemInMemoryIsWithoutASize() throws Exception {
        Boxes.Ran mounts = boxes.sh(boxes.box(), "grep ' tmpfs ' /proc/mounts");
        assertThat(mounts.stdout().lines())
                .isNotEmpty()
                .allMatch(line -> line.contains("size=") || line.matches("\\S+ \\S+ tmpfs ro[ ,].*"));
    }

    @Test
    void aForkBombIsStoppedAndTheHostAndTheBoxGoOn() throws Exception {
        BoxId neighbour = boxes.box();
        BoxId box = boxes.box();
        boxes.sh(box, "echo kept > /root/kept");
        EngineProcess bomb = boxes.start(box, new RecordedOutput(), "sh", "-c", "f() { f | f & }; f; sleep 1000");
        await(() -> counter(box, "pids.events", "max ") > 0);
        assertThat(number(box, "pids.current")).isLessThanOrEqualTo(256);
        assertThat(boxes.sh(neighbour, "true").well()).isTrue();
        bomb.end(Duration.ZERO);
        await(() -> number(box, "pids.current") < 20);
        assertThat(boxes.sh(box, "cat /root/kept").stdout()).isEqualTo("kept\n");
    }

    @Test
    void aBoxFullOfProcessesIsStoppedAndStartedAgain() throws Exception {
        BoxId box = boxes.box();
        boxes.sh(box, "echo kept > /root/kept");
        String stubborn =
                "trap '' TERM INT HUP; i=0; while [ $i -lt 400 ]; do setsid sleep 1000 & i=$((i+1)); done; wait";
        boxes.start(box, new RecordedOutput(), "sh", "-c", stubborn);
        await(() -> counter(box, "pids.events", "max ") > 0);
        boxes.engine().stop(box, Duration.ofMillis(200));
        assertThat(Trace.left(state, box)).containsExactly("its directory");
        boxes.engine().launch(box, Boxes.launch(Boxes.HOST));
        assertThat(boxes.sh(box, "cat /root/kept").stdout()).isEqualTo("kept\n");
    }

    @Test
    void aSparseFileTakesNoRoomOfTheHostAndFreedRoomComesBack() throws Exception {
        BoxId box = boxes.box();
        long before = hostBytes(box);
        assertThat(boxes.sh(box, "truncate -s 500G /root/sparse && sync").well())
                .isTrue();
        assertThat(hostBytes(box) - before).isLessThan(16 * MEBIBYTE);
        assertThat(boxes.sh(box, "dd if=/dev/urandom of=/root/dense bs=1M count=200 && sync")
                        .well())
                .isTrue();
        assertThat(hostBytes(box) - before).isGreaterThan(190 * MEBIBYTE);
        assertThat(boxes.sh(box, "rm /root/dense && sync").well()).isTrue();
        await(() -> hostBytes(box) - before < 100 * MEBIBYTE);
    }

    @Test
    void aDiskThatIsFullKeepsTheBoxUsableAndTheHostsDiskAsItWas() throws Exception {
        BoxId box = boxes.box();
        Boxes.Ran full = boxes.sh(
                box,
                "dd if=/dev/zero of=/root/fill bs=1M; i=0;"
                        + " while [ $i -lt 300000 ] && : > /root/small$i; do i=$((i+1)); done 2>&1 | tail -1");
        assertThat(full.stderr()).contains("No space left on device");
        assertThat(hostBytes(box)).isLessThanOrEqualTo(1100 * MEBIBYTE);
        boxes.engine().stop(box, Duration.ZERO);
        boxes.engine().launch(box, Boxes.launch(Boxes.HOST));
        assertThat(boxes.sh(box, "rm -rf /root/* && echo again > /root/small && cat /root/small")
                        .stdout())
                .isEqualTo("again\n");
    }

    @Test
    void openFilesEndAtTheLimitAndItCannotBeRaised() throws Exception {
        String script = "ulimit -Hn $(($(ulimit -Hn) + 1)) && echo raised; ulimit -n 20;"
                + " (exec 19</dev/null) && echo 19; (exec 20</dev/null) && echo 20";
        Boxes.Ran ran = boxes.run(boxes.box(), "bash", "-c", script);
        assertThat(ran.stdout()).isEqualTo("19\n");
    }

    /** All boxes together have about three thousand. */
    @Test
    void aBoxDoesNotTakeTheTerminalsOfOthers() throws Exception {
        String script = """
                import os
                taken = []
                try:
                    while len(taken) < 1000:
                        taken.append(os.openpty())
                except OSError:
                    pass
                print(len(taken))
                """;
        Boxes.Ran ran = boxes.run(boxes.box(), "python3", "-c", script);
        assertThat(Integer.parseInt(ran.stdout().strip())).as(ran.stderr()).isBetween(1, 256);
    }

    /** The process id, in the box, of one that does nothing. */
    private String sleeper(BoxId box) throws InterruptedException {
        RecordedOutput output = new RecordedOutput();
        boxes.start(box, output, "sh", "-c", "echo $$; exec sleep 1000");
        output.awaitStdout(text -> text.endsWith("\n"));
        return output.stdout().strip();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    /** The test's timeout is the limit. */
    private static void await(Condition condition) throws Exception {
        while (!condition.holds()) {
            Thread.sleep(5);
        }
    }

    /** Nanoseconds. */
    private long cpu(BoxId box) throws IOException {
        return cgroups.version() == 1 ? number(box, "cpuacct.usage") : counter(box, "cpu.stat", "usage_usec ") * 1000;
    }

    private long number(BoxId box, String file) throws IOException {
        return Long.parseLong(Files.readString(file(box, file)).strip());
    }

    private long counter(BoxId box, String file, String key) throws IOException {
        return Files.readAllLines(file(box, file)).stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.substring(key.length()).strip()))
                .sum();
    }

    private Path file(BoxId box, String name) {
        List<Path> groups = cgroups.groups(box);
        return groups.stream()
                .map(group -> group.resolve(name))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + groups));
    }

    /** What the box's disk takes of the host's. */
    private long hostBytes(BoxId box) throws IOException, InterruptedException {
        String image = BoxDirectory.of(new Home(state), box).image().toString();
        return 512 * Long.parseLong(Programs.run("stat", "-c", "%b", image).strip());
    }
}

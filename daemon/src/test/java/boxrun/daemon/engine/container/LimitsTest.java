package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.config.OpenFiles;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.RecordedOutput;
import boxrun.daemon.engine.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a box may use: 256 MiB of memory, 1 GiB of disk, one CPU, 256 processes. */
@Timeout(120)
class LimitsTest {
    @TempDir
    Path state;

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
    void whatIsEnforcedIsSaid() {
        assertThat(boxes.engine().capabilities().memory()).isTrue();
        assertThat(boxes.engine().capabilities().cpu()).isTrue();
        assertThat(boxes.engine().capabilities().pids()).isTrue();
        assertThat(boxes.engine().capabilities().disk()).isTrue();
        assertThat(boxes.engine().capabilities().openFiles()).isTrue();
        assertThat(boxes.engine().capabilities().unsupported()).isEmpty();
    }

    @Test
    void aCommandThatTakesTooMuchMemoryIsKilledAndThatIsKnown() throws Exception {
        BoxId box = boxes.box();
        assertThat(boxes.run(box, "tail", "/dev/zero").end()).isEqualTo(new ProcessEnd.Signaled(9, true));
        assertThat(boxes.sh(box, "tail /dev/zero; exit $?").end()).isEqualTo(new ProcessEnd.Signaled(9, true));
        assertThat(boxes.sh(box, "kill -9 $$").end()).isEqualTo(new ProcessEnd.Signaled(9, false));
        assertThat(boxes.sh(box, "true").well()).isTrue();
    }

    @Test
    void aFullDiskIsAnErrorOfTheBoxAndDfSaysItsSize() throws Exception {
        BoxId box = boxes.box();
        Boxes.Ran full = boxes.sh(box, "dd if=/dev/zero of=/root/fill bs=1M count=1100");
        assertThat(full.well()).isFalse();
        assertThat(full.stderr()).contains("No space left on device");
        assertThat(boxes.sh(box, "rm /root/fill; echo again > /root/small").well())
                .isTrue();
        Boxes.Ran size = boxes.sh(box, "df -P -m / | tail -1 | tr -s ' ' | cut -d' ' -f2");
        assertThat(Integer.parseInt(size.stdout().strip())).isBetween(900, 1024);
    }

    @Test
    void tooManyProcessesCannotBeStarted() throws Exception {
        Boxes.Ran forks =
                boxes.sh(boxes.box(), "i=0; while [ $i -lt 300 ]; do sleep 1000 & i=$((i+1)); done; echo all of them");
        assertThat(forks.stdout()).doesNotContain("all of them");
        assertThat(forks.stderr()).contains("ork");
    }

    @Test
    void theCpuQuotaIsTheKernels() throws Exception {
        BoxId box = boxes.box();
        Path quota = Path.of("/sys/fs/cgroup/cpu/boxrun/" + box + "/cpu.cfs_quota_us");
        assertThat(quota(quota)).isEqualTo("100000");
    }

    private static String quota(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    @Test
    void whatABoxUsesIsRead() throws Exception {
        BoxId box = boxes.box(Boxes.launch(Boxes.HOST, true, List.of()));
        Usage before = boxes.engine().usage(box);
        assertThat(before.pids()).hasValue(1);
        assertThat(before.outOfMemoryKills()).hasValue(0);
        assertThat(boxes.sh(
                                box,
                                "dd if=/dev/zero of=/root/fill bs=1M count=64 && sync; i=0;"
                                        + " while [ $i -lt 300000 ]; do i=$((i+1)); done")
                        .well())
                .isTrue();
        boxes.run(box, "tail", "/dev/zero");
        boxes.run(box, "bash", "-c", "echo x > /dev/udp/10.0.2.2/9");
        RecordedOutput running = new RecordedOutput();
        boxes.start(box, running, "sh", "-c", "echo up; sleep 1000");
        running.awaitStdout(text -> text.contains("up"));
        Usage after = boxes.engine().usage(box);
        assertThat(more(Usage::diskBytes, before, after)).isGreaterThan(60 << 20);
        assertThat(more(Usage::cpuMicros, before, after)).isGreaterThan(100_000);
        assertThat(more(Usage::pids, before, after)).isGreaterThan(1);
        assertThat(after.outOfMemoryKills()).hasValue(1);
        assertThat(more(Usage::networkSentBytes, before, after)).isPositive();
        assertThat(after.memoryBytes().getAsLong()).isBetween(1L, 256L << 20);
        assertThat(after.networkReceivedBytes()).isPresent();
        assertThat(boxes.engine().usage(boxes.box()).networkSentBytes()).isEmpty();
    }

    private static long more(Function<Usage, OptionalLong> number, Usage before, Usage after) {
        return number.apply(after).orElseThrow() - number.apply(before).orElseThrow();
    }

    @Test
    void whatABoxWritesToItsEtcHostsCannotFillTheHost() throws Exception {
        Boxes.Ran written = boxes.sh(boxes.box(), "dd if=/dev/zero of=/etc/hosts bs=1M count=8");
        assertThat(written.stderr()).contains("No space left on device");
    }

    @Test
    void openFilesAreLimitedBelowTheDaemons() throws Exception {
        Boxes.Ran limits = boxes.sh(boxes.box(), "ulimit -Hn; ulimit -c");
        assertThat(limits.stdout()).isEqualTo(OpenFiles.limit() + "\n0\n");
    }
}

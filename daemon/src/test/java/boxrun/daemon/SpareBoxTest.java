package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import boxrun.api.ProblemException;
import boxrun.api.Run;
import boxrun.api.RunResult;
import boxrun.client.BoxrunClient;
import boxrun.client.InteractiveRun;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.container.Trace;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.TarBuilder;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs in boxes that were started in advance, with a real engine: they find what they would have found in their own.
 */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class SpareBoxTest {
    private static final List<String> PROGRAMS =
            List.of("sh", "true", "cat", "cut", "hostname", "sleep", "ls", "id", "pwd", "env", "touch");

    private final Path directory;
    private final DaemonProcess daemon;
    private final BoxrunClient client;
    private int memory = 64;

    SpareBoxTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        this.daemon = new DaemonProcess().with("BOXRUN_SPARES", "2").start();
        this.client = daemon.client();
        load("first");
    }

    @AfterEach
    void noBoxIsLeft() {
        assertThat(client.boxes("all")).isEmpty();
    }

    @AfterAll
    void close() throws Exception {
        List<String> spares = daemon.directories();
        daemon.leave();
        assertThat(daemon.directories()).isEmpty();
        spares.forEach(spare -> Trace.assertNone(daemon.state(), new BoxId(spare)));
        daemon.close();
    }

    /** An image called {@code spare}, with a file that says which one it is. */
    private void load(String version) throws Exception {
        TarBuilder files = new TarBuilder()
                .file("version", version)
                .directory("tmp", 0777)
                .directory("bin", 0755)
                .file("bin/busybox", Files.readAllBytes(Path.of("/bin/busybox")), entry -> entry.setMode(0755));
        PROGRAMS.forEach(program -> files.symlink("bin/" + program, "busybox"));
        Path layout = Files.createTempDirectory(directory, version);
        new OciLayoutBuilder(layout).layer(files.build(), Compression.NONE).tag("spare");
        Path archive = Path.of(layout + ".tar");
        Programs.run("tar", "-cf", archive.toString(), "-C", layout.toString(), ".");
        try (InputStream bytes = Files.newInputStream(archive)) {
            client.load(bytes);
        }
    }

    private static Run request(int memory, String script, String more) {
        return request(memory, List.of("sh", "-c", script), more);
    }

    private static Run request(int memory, List<String> command, String more) {
        JsonObject request = Json.WIRE
                .tree("{\"image\":\"spare\",\"memory_mb\":" + memory + ",\"disk_size_gb\":1" + more + "}")
                .asObject("")
                .with("cmd", Json.WIRE.tree((Object) command));
        return Json.WIRE.decode(request, Run.class);
    }

    private RunResult run(String script, String more) {
        return client.run(request(memory, script, more));
    }

    /** The box that is there for a run which no test has asked for before. */
    private String spare() throws Exception {
        memory += 2;
        assertThat(run("true", "")).isEqualTo(new RunResult(0, "", "", null));
        return next();
    }

    /** The box that is there for the next run. */
    private String next() throws Exception {
        String shared = "\"size=" + memory / 2 + "m\"";
        while (true) {
            for (String box : daemon.directories()) {
                if (text(engine(box).resolve("bundle/config.json")).contains(shared)
                        && Files.exists(engine(box).resolve("launched.json"))) {
                    return box;
                }
            }
            Thread.sleep(2);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException notThere) {
            return "";
        }
    }

    private Path engine(String box) {
        return daemon.state().resolve("boxes").resolve(box).resolve("engine");
    }

    private long agent(String box) throws IOException {
        return Long.parseLong(Files.readString(engine(box).resolve("pid")).strip());
    }

    private static String birth(long process) throws IOException {
        return Files.readString(Path.of("/proc", Long.toString(process), "stat"))
                .split(" ", -1)[21];
    }

    private static String hostname(String box) {
        return box.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test
    void aRunIsInTheBoxThatRanBeforeItWasAskedFor() throws Exception {
        String spare = spare();
        String birth = birth(agent(spare));
        RunResult result = run("cut -d' ' -f22 /proc/1/stat; hostname; cat /etc/hostname; echo err >&2; exit 7", "");
        String name = hostname(spare) + "\n";
        assertThat(result).isEqualTo(new RunResult(7, birth + "\n" + name + name, "err\n", null));
        assertThat(daemon.directories()).doesNotContain(spare);
        Trace.assertNone(daemon.state(), new BoxId(spare));
    }

    @Test
    void variablesDirectoryAndUserAreTheRunsOwn() throws Exception {
        String spare = spare();
        RunResult result = run(
                "hostname; echo $A; pwd; id -u; id -g",
                ",\"env\":{\"A\":\"b c\"},\"workdir\":\"/tmp\",\"user\":\"1000:1001\"");
        assertThat(result.stdout()).isEqualTo(hostname(spare) + "\nb c\n/tmp\n1000\n1001\n");
    }

    @Test
    void nothingOfAnEarlierRunIsThere() throws Exception {
        spare();
        String places = "/mark /tmp/mark /root/mark /dev/shm/mark /bin/mark";
        assertThat(run("touch " + places + "; ls " + places + " >/dev/null && { sleep 1000 & }", "")
                        .exitCode())
                .isZero();
        String spare = next();
        RunResult result = run("hostname; ls " + places + " 2>/dev/null; cat /proc/[0-9]*/cmdline", "");
        assertThat(result.stdout())
                .startsWith(hostname(spare) + "\n/.boxrun/agent\0")
                .doesNotContain("1000");
    }

    @Test
    void commandsEndAsEver() throws Exception {
        String spare = spare();
        RunResult late = run("hostname; sleep 1000", ",\"timeout_ms\":300");
        assertThat(late.exitCode()).isEqualTo(124);
        assertThat(late.stdout()).isEqualTo(hostname(spare) + "\n");
        assertThat(late.errorMessage()).contains("300 ms");
        spare();
        assertThat(client.run(request(memory, List.of("no-such"), "")).exitCode())
                .isEqualTo(127);
        spare = spare();
        try (InteractiveRun run =
                client.runInteractive(request(memory, "hostname; cat; exit 3", ",\"stdin\":true"), 80, 24)) {
            run.stdin("sent".getBytes(UTF_8), 0, 4);
            run.closeStdin();
            StringBuilder seen = new StringBuilder();
            RunEvent event = run.next().orElseThrow();
            while (!(event instanceof RunEvent.Exit)) {
                if (event instanceof RunEvent.Output output) {
                    seen.append(UTF_8.decode(output.bytes()));
                }
                event = run.next().orElseThrow();
            }
            assertThat(seen.toString()).isEqualTo(hostname(spare) + "\nsent");
            assertThat(event).isEqualTo(new RunEvent.Exit(new ExitData(3, null), 0));
        }
    }

    @Test
    void theLimitsAreThoseOfABoxThatIsMadeForIt() throws Exception {
        String spare = spare();
        String script = "echo on; sleep 1000";
        try (RunEvents own = client.runLive(request(memory, script, ",\"name\":\"own\""));
                RunEvents inSpare = client.runLive(request(memory, script, ""))) {
            assertThat(own.next()).isPresent();
            assertThat(inSpare.next()).isPresent();
            assertThat(client.inspect(spare).limits())
                    .isEqualTo(client.inspect("own").limits());
            assertThat(client.inspect("own").box().id()).isNotEqualTo(spare);
        }
        awaitGone(spare);
        awaitNoBox();
    }

    private void awaitNoBox() throws InterruptedException {
        while (!client.boxes("all").isEmpty()) {
            Thread.sleep(2);
        }
    }

    private void awaitGone(String box) throws InterruptedException {
        while (daemon.directories().contains(box)) {
            Thread.sleep(2);
        }
        Trace.assertNone(daemon.state(), new BoxId(box));
    }

    @Test
    void nobodySeesOne() throws Exception {
        String spare = spare();
        assertThat(client.boxes("all")).isEmpty();
        assertThatThrownBy(() -> client.inspect(spare))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ErrorCode.BOX_NOT_FOUND));
        RunResult result = run("hostname", ",\"network\":true");
        assertThat(result.stdout()).isNotEqualTo(hostname(spare) + "\n").isNotEmpty();
        assertThat(daemon.directories()).contains(spare);
    }

    @Test
    void oneWhoseAgentIsKilledIsRemovedAndNoRunNoticesIt() throws Exception {
        String spare = spare();
        kill(agent(spare));
        assertThat(run("echo well", "")).isEqualTo(new RunResult(0, "well\n", "", null));
        awaitGone(spare);
        String other = spare();
        // They are made one after the other.
        spare();
        kill(agent(other));
        awaitGone(other);
    }

    private static void kill(long process) {
        ProcessHandle handle = ProcessHandle.of(process).orElseThrow();
        handle.destroyForcibly();
        handle.onExit().join();
    }

    @Test
    void aTagThatNamesAnotherImageNowIsRunInThatImage() throws Exception {
        spare();
        load("second");
        assertThat(run("cat /version", "").stdout()).isEqualTo("second");
        spare();
        assertThat(run("cat /version", "").stdout()).isEqualTo("second");
    }

    @Test
    void removingAnImageRemovesThemAndTheyAreNoMoreThanTwo() throws Exception {
        for (int i = 0; i < 4; i++) {
            spare();
            assertThat(daemon.directories()).hasSizeLessThanOrEqualTo(2);
        }
        List<String> spares = daemon.directories();
        assertThat(spares).hasSize(2);
        client.removeImage("spare");
        assertThat(daemon.directories()).isEmpty();
        spares.forEach(spare -> Trace.assertNone(daemon.state(), new BoxId(spare)));
        assertThatThrownBy(() -> run("true", ",\"pull\":\"never\""))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ErrorCode.IMAGE_NOT_FOUND));
        load("third");
        assertThat(run("cat /version", "").stdout()).isEqualTo("third");
    }

    @Test
    void aDaemonThatIsKilledLeavesThemToTheNextWhichRemovesThem() throws Exception {
        String spare = spare();
        long agent = agent(spare);
        daemon.kill();
        assertThat(ProcessHandle.of(agent)).isPresent();
        daemon.start();
        assertThat(daemon.directories()).isEmpty();
        Trace.assertNone(daemon.state(), new BoxId(spare));
        assertThat(run("echo well", "").stdout()).isEqualTo("well\n");
    }

    @Test
    void aDaemonThatLeavesLeavesNone() throws Exception {
        String spare = spare();
        daemon.leave();
        assertThat(daemon.directories()).isEmpty();
        Trace.assertNone(daemon.state(), new BoxId(spare));
        daemon.start();
    }
}

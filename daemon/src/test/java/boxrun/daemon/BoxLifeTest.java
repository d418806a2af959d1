package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.Gc;
import boxrun.api.Inspection;
import boxrun.api.ProblemException;
import boxrun.api.RenameBox;
import boxrun.client.Attach;
import boxrun.client.AttachSession;
import boxrun.client.BoxrunClient;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.NeedsRoot;
import boxrun.daemon.testing.Race;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** The life of boxes over the socket, with a real engine: created, running, stopped and running again, removed. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class BoxLifeTest {
    private final DaemonProcess daemon;
    private final BoxrunClient client;

    BoxLifeTest() throws Exception {
        daemon = new DaemonProcess().start();
        client = daemon.client();
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
    }

    @Test
    void aStoppedBoxKeepsItsDiskByteForByte() {
        Box box = box("disk");
        String write =
                "cd /root && head -c 20000000 /dev/urandom > big && mkdir -p d/e && echo x > d/e/f && chmod 4750 d/e/f"
                        + " && ln -s ../big d/link && ln big hard && chown 33:44 d/e && touch -d @1000000000.123456789 d/e/f"
                        + " && printf 'a\\nb' > 'a name with spaces' && mkfifo pipe && truncate -s 3000000 hole";
        assertThat(output(box, write)).isEmpty();
        String seen =
                "cd /root && find . -type f -exec sha256sum {} + | sort && find . -printf '%p %y %m %U %G %n %s %T@ %l\\n'"
                        + " | grep -v '^[.] ' | sort && cat /etc/hostname";
        String before = output(box, seen);
        assertThat(before.lines().count()).isGreaterThan(12);
        for (int i = 0; i < 2; i++) {
            assertThat(client.stop("disk").status()).isEqualTo(BoxStatus.STOPPED);
            assertThat(client.start("disk").status()).isEqualTo(BoxStatus.RUNNING);
            assertThat(output(box, seen)).isEqualTo(before);
        }
    }

    @Test
    void aBoxIsFoundByIdAndByNameAndNamesAreOfOne() {
        Box first = box("first");
        Box second = box("second");
        assertThat(client.box("first")).isEqualTo(client.box(first.id()));
        assertThat(client.boxes("running")).extracting(Box::id).containsSubsequence(second.id(), first.id());
        refused(ErrorCode.NAME_ALREADY_EXISTS, () -> box("first"));
        client.stop("first");
        assertThat(client.boxes("stopped"))
                .extracting(Box::name)
                .contains("first")
                .doesNotContain("second");
        refused(ErrorCode.NAME_ALREADY_EXISTS, () -> box("first"));
        client.rename("first", new RenameBox("renamed"));
        assertThat(box("first").id()).isNotEqualTo(first.id());
        assertThat(client.start("renamed").id()).isEqualTo(first.id());
        for (String other : List.of("firs", "FIRST", "box_aaaaaaaaaaaa", first.id() + "x")) {
            refused(ErrorCode.BOX_NOT_FOUND, () -> client.box(other));
        }
    }

    @Test
    void ofTwoCreatesOfOneNameOneWins() throws Exception {
        for (int i = 0; i < 5; i++) {
            String name = "race-" + i;
            Race<Box> race = Race.of(() -> box(name), () -> box(name));
            assertThat(race.winners()).hasSize(1);
            assertThat(race.refusals()).containsExactly(ErrorCode.NAME_ALREADY_EXISTS);
            assertThat(client.box(name)).isEqualTo(race.winners().getFirst());
            client.remove(name, true);
        }
    }

    @Test
    void aStopDuringCommandsEndsEachOfThemAndRefusesTheRest() throws Exception {
        Box box = box("busy");
        Commands commands = daemon.commands(box);
        Callable<ExecStatus> command =
                () -> commands.ended(commands.sh("sleep 4100")).status();
        Race<Object> race = Race.of(List.of(
                command, command, command, command, command, command, () -> client.stop("busy", Duration.ZERO)));
        assertThat(race.winners()).contains(client.box("busy")).doesNotContain(ExecStatus.SUCCEEDED);
        assertThat(race.refusals()).allMatch(code -> code == ErrorCode.BOX_NOT_RUNNING);
        assertThat(commands.api().list()).allMatch(exec -> exec.status() == ExecStatus.FAILED);
        client.start("busy");
        assertThat(output(box, "pgrep -fc '^sleep 4100' || true")).isEqualTo("0\n");
    }

    @Test
    void removingABoxEndsTheTerminalsInIt() {
        box("attached");
        Attach terminal = new Attach(List.of("sh"), 80, 24, null, null, null, Map.of(), null);
        try (AttachSession session = client.attach("attached", terminal)) {
            byte[] typed = "echo $((6*7))\n".getBytes(UTF_8);
            session.type(typed, 0, typed.length);
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf("42") < 0) {
                seen.append(UTF_8.decode(session.next().orElseThrow()));
            }
            client.remove("attached", true);
            while (session.next().isPresent()) {}
            assertThat(session.exit())
                    .hasValueSatisfying(exit -> assertThat(exit.exitCode()).isNotZero());
        }
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.attach("attached", terminal));
    }

    @Test
    void aRemoveBesideAnAttachEndsTheTerminalOrComesFirst() throws Exception {
        String forever = "4300." + ProcessHandle.current().pid();
        Attach terminal = new Attach(List.of("sleep", forever), 80, 24, null, null, null, Map.of(), null);
        for (int i = 0; i < 10; i++) {
            String name = "leaving-" + i;
            Box box = box(name);
            Race<Optional<Integer>> race = Race.of(
                    () -> {
                        client.remove(name, true);
                        return Optional.empty();
                    },
                    () -> {
                        try (AttachSession session = client.attach(name, terminal)) {
                            while (session.next().isPresent()) {}
                            return session.exit().map(ExitData::exitCode);
                        }
                    });
            assertThat(race.winners()).contains(Optional.empty()).doesNotContain(Optional.of(0));
            assertThat(race.refusals()).isSubsetOf(ErrorCode.BOX_NOT_FOUND, ErrorCode.BOX_NOT_RUNNING);
            assertThat(daemon.directories()).doesNotContain(box.id());
        }
        assertThat(ProcessHandle.allProcesses())
                .noneMatch(process -> process.info().commandLine().orElse("").contains(forever));
    }

    @Test
    void aStartDuringAStopComesAfterIt() throws Exception {
        Box box = box("both");
        Commands commands = daemon.commands(box);
        commands.record(commands.sh("echo x > /root/kept"));
        for (int i = 0; i < 3; i++) {
            commands.sh("trap '' TERM; while :; do sleep 0.1; done");
            Race<Box> race = Race.of(() -> client.stop("both", Duration.ofSeconds(1)), () -> {
                while (true) {
                    try {
                        return client.start("both");
                    } catch (ProblemException stillRuns) {
                        assertThat(stillRuns.code()).isEqualTo(ErrorCode.BOX_ALREADY_RUNNING);
                    }
                }
            });
            assertThat(race.refusals()).isEmpty();
            assertThat(client.box("both").status()).isEqualTo(BoxStatus.RUNNING);
            assertThat(output(box, "cat /root/kept")).isEqualTo("x\n");
        }
    }

    @Test
    void gcRemovesWhatIsOldAndStoppedWithAllThatBelongsToIt() {
        Box stopped = box("old");
        output(stopped, "echo x");
        Box running = box("young");
        client.stop("old");
        assertThat(client.gc(new Gc(null)).removed()).isZero();
        assertThat(client.gc(new Gc(3600L)).removed()).isZero();
        assertThat(client.box("old").status()).isEqualTo(BoxStatus.STOPPED);
        assertThat(client.gc(new Gc(0L)).removed()).isPositive();
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.box("old"));
        refused(ErrorCode.BOX_NOT_FOUND, () -> client.execs("old").list());
        assertThat(client.box("young").status()).isEqualTo(BoxStatus.RUNNING);
        assertThat(daemon.directories()).contains(running.id()).doesNotContain(stopped.id());
    }

    @Test
    void gcBesideAStartRemovesTheBoxOrLeavesItRunning() throws Exception {
        for (int i = 0; i < 6; i++) {
            String name = "beside-" + i;
            Box box = box(name);
            client.stop(name);
            Race<Object> race = Race.of(List.of(() -> client.gc(new Gc(0L)), () -> client.start(name)));
            if (race.refusals().isEmpty()) {
                assertThat(output(box, "echo here")).isEqualTo("here\n");
                client.remove(name, true);
            } else {
                assertThat(race.refusals()).containsExactly(ErrorCode.BOX_NOT_FOUND);
            }
            assertThat(daemon.directories()).doesNotContain(box.id());
        }
    }

    @Test
    void aBoxThatCannotBeStartedAgainIsInErrorWithTheReasonAndGcTakesIt() throws Exception {
        Path tree = Files.createDirectory(daemon.state().resolve("tree"));
        Box box = daemon.box("{\"memory_mb\":64,\"name\":\"bare\",\"image\":\"rootfs:" + tree + "\"}");
        client.stop("bare");
        Files.delete(tree);
        assertThatThrownBy(() -> client.start("bare")).isInstanceOf(ProblemException.class);
        Box failed = client.box("bare");
        assertThat(failed.status()).isEqualTo(BoxStatus.ERROR);
        assertThat(failed.errorCode()).isEqualTo("RUNTIME_ERROR");
        assertThat(failed.errorMessage()).contains(tree.toString());
        Files.createDirectory(tree);
        assertThat(client.start("bare").errorMessage()).isNull();
        client.stop("bare");
        Files.delete(tree);
        assertThatThrownBy(() -> client.start("bare")).isInstanceOf(ProblemException.class);
        client.gc(new Gc(0L));
        assertThat(daemon.directories()).doesNotContain(box.id());
    }

    @Test
    @NeedsRoot("a user's limits hold only where control groups are delegated")
    void theLimitsOfABoxAreReadBackFromTheKernel() {
        Box box = daemon.box("{\"memory_mb\":96,\"name\":\"limited\",\"cpu\":0.5,\"disk_size_gb\":1,\"pids\":77,"
                + "\"labels\":{\"a\":\"b\"}}");
        Inspection seen = client.inspect("limited");
        Inspection.Limits limits = seen.limits();
        assertThat(limits.cpu()).isEqualTo(both("0.5"));
        assertThat(limits.memoryMb().effective()).isEqualByComparingTo("96");
        assertThat(limits.pids().effective()).isEqualByComparingTo("77");
        assertThat(limits.diskSizeGb().effective()).isBetween(new BigDecimal("0.5"), BigDecimal.ONE);
        assertThat(limits.nofile().effective()).isPositive();
        assertThat(List.of(limits.memoryMb(), limits.pids(), limits.diskSizeGb(), limits.nofile()))
                .allMatch(Inspection.Limit::enforced);
        assertThat(ProcessHandle.of(seen.pid() == null ? 0 : seen.pid())).isPresent();
        assertThat(Path.of(seen.paths().getOrDefault("disk", ""))).exists();
        assertThat(seen.labels()).containsEntry("a", "b");
        assertThat(client.stats("limited").memoryLimitBytes()).isEqualTo(96L << 20);
        assertThat(client.stats("limited").pids()).isEqualTo(1);
        client.stop("limited");
        assertThat(client.inspect(box.id()).limits().memoryMb().effective()).isNull();
        assertThat(client.stats("limited").memoryBytes()).isNull();
    }

    private static Inspection.Limit both(String number) {
        return new Inspection.Limit(new BigDecimal(number), new BigDecimal(number), true);
    }

    private Box box(String name) {
        return daemon.box("{\"memory_mb\":64,\"name\":\"" + name + "\"}");
    }

    private String output(Box box, String script) {
        Commands commands = daemon.commands(box);
        return commands.record(commands.sh(script)).stdout();
    }

    private static void refused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(code));
    }
}

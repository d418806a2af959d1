package boxrun.daemon.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.Rootfs;
import boxrun.daemon.oci.ImageConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Engine} promises, as sentences; an engine's own test extends this class. */
@Timeout(120)
public abstract class EngineContract {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private static final Duration GRACE = Duration.ofMillis(500);

    private final List<BoxId> made = new ArrayList<>();

    /** The engine as it is now: after {@link #restart} the new one. */
    protected abstract Engine engine();

    /** Leaves the engine as a killed daemon would and makes another one over the same state. */
    protected abstract void restart();

    /** An image with a POSIX shell, coreutils (or busybox) and a {@code stty}. */
    protected abstract LocalImage image();

    /** Ends all processes of a box from outside, as a crash would. */
    protected abstract void crash(BoxId box);

    /** Fails when anything of a box is left on the host: process, mount, cgroup, directory. */
    protected abstract void assertNothingLeftOf(BoxId box);

    @AfterEach
    void destroyWhatWasMade() {
        for (BoxId box : made) {
            engine().destroy(box);
            assertNothingLeftOf(box);
        }
    }

    @Test
    void aCommandsOutputsArriveSeparatelyAndItsExitCodeIsKept() throws Exception {
        BoxId box = box();
        for (int code : List.of(0, 1, 7, 200, 255)) {
            RecordedOutput output = run(box, "echo out; echo err >&2; exit " + code);
            assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(code));
            assertThat(output.stdout()).isEqualTo("out\n");
            assertThat(output.stderr()).isEqualTo("err\n");
        }
    }

    @Test
    void everyByteValuePassesUnchangedBothWays() throws Exception {
        BoxId box = box();
        byte[] sent = new byte[3_000_000];
        new Random(7).nextBytes(sent);
        RecordedOutput output = new RecordedOutput();
        EngineProcess cat = engine().start(box, "cat", withStdin("cat"), output);
        try (OutputStream stdin = cat.stdin()) {
            stdin.write(sent);
        }
        assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(Arrays.equals(output.stdoutBytes(), sent)).isTrue();
    }

    @Test
    void stdinIsEmptyUnlessAskedFor() throws Exception {
        RecordedOutput output = run(box(), "cat; echo end");
        assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(output.stdout()).isEqualTo("end\n");
    }

    @Test
    void writingToACommandThatHasEndedDoesNotHang() throws Exception {
        RecordedOutput output = new RecordedOutput();
        EngineProcess process = engine().start(box(), "short", withStdin("exit 3"), output);
        assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(3));
        try (OutputStream stdin = process.stdin()) {
            stdin.write(new byte[1_000_000]);
        } catch (java.io.IOException brokenPipe) {
            assertThat(brokenPipe).isNotNull();
        }
        process.signal(15);
        process.end(GRACE);
    }

    @Test
    void theEnvironmentAndTheDirectoryAreThoseAskedFor() throws Exception {
        BoxId box = box();
        engine().copyIn(box, "/work/deep", tar(Map.of()));
        RecordedOutput output = new RecordedOutput();
        ProcessSpec spec = new ProcessSpec(
                List.of("sh", "-c", "echo \"$GREETING\"; basename \"$PWD\"; echo \"[$UNSET_HERE]\""),
                Map.of("PATH", PATH, "GREETING", "höi  there"),
                "/work/deep",
                false,
                "0",
                Optional.empty(),
                false);
        engine().start(box, "env", spec, output);
        assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(output.stdout()).isEqualTo("höi  there\ndeep\n[]\n");
    }

    @Test
    void aCommandThatDoesNotExistEndsWith127() throws Exception {
        assertThat(notStarted("no-such-program-anywhere").code()).isEqualTo(127);
        assertThat(notStarted("/no/such/program").code()).isEqualTo(127);
        assertThat(notStarted("no-such-program-anywhere").message()).contains("no-such-program-anywhere");
    }

    @Test
    void aCommandThatCannotBeExecutedEndsWith126() throws Exception {
        BoxId box = box();
        engine().copyIn(box, "/work", tar(Map.of("plain", "just text")));
        RecordedOutput output = new RecordedOutput();
        engine().start(box, "plain", spec(List.of("./plain"), false), output);
        assertThat(output.awaitEnd())
                .isInstanceOfSatisfying(
                        ProcessEnd.NotStarted.class,
                        end -> assertThat(end.code()).isEqualTo(126));
    }

    @Test
    void aMissingDirectoryIsNamed() throws Exception {
        RecordedOutput output = new RecordedOutput();
        ProcessSpec spec = new ProcessSpec(
                List.of("true"), Map.of("PATH", PATH), "/no/such/dir", false, "0", Optional.empty(), false);
        engine().start(box(), "nodir", spec, output);
        assertThat(output.awaitEnd()).isInstanceOfSatisfying(ProcessEnd.NotStarted.class, end -> {
            assertThat(end.code()).isEqualTo(125);
            assertThat(end.message()).contains("/no/such/dir");
        });
    }

    @Test
    void aMissingDirectoryIsMadeWhenThatIsAskedFor() throws Exception {
        BoxId box = box();
        for (int i = 0; i < 2; i++) {
            RecordedOutput output = new RecordedOutput();
            ProcessSpec spec = new ProcessSpec(
                    List.of("sh", "-c", "basename \"$PWD\""),
                    Map.of("PATH", PATH),
                    "/made/on/demand",
                    true,
                    "0",
                    Optional.empty(),
                    false);
            engine().start(box, "made" + i, spec, output);
            assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
            assertThat(output.stdout()).isEqualTo("demand\n");
        }
    }

    @Test
    void aSignalReachesTheCommand() throws Exception {
        RecordedOutput output = new RecordedOutput();
        EngineProcess process = engine().start(
                        box(),
                        "trap",
                        spec("trap 'echo caught; exit 3' INT; echo ready; while :; do sleep 0.05; done"),
                        output);
        output.awaitStdout(text -> text.contains("ready"));
        process.signal(2);
        assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(3));
        assertThat(output.stdout()).isEqualTo("ready\ncaught\n");
    }

    @Test
    void aCommandEndedByASignalSaysWhich() throws Exception {
        assertThat(run(box(), "kill -9 $$").awaitEnd()).isEqualTo(new ProcessEnd.Signaled(9, false));
    }

    @Test
    void endingACommandEndsItsChildrenInSessionsOfTheirOwnToo() throws Exception {
        BoxId box = box();
        RecordedOutput output = new RecordedOutput();
        EngineProcess process = engine().start(
                        box,
                        "tree",
                        spec("setsid sh -c 'trap \"\" TERM HUP; (while :; do date +%N > alive; sleep 0.02; done) &"
                                + " sleep 1000' & while [ ! -e alive ]; do sleep 0.02; done; echo ready; sleep 1000"),
                        output);
        output.awaitStdout(text -> text.contains("ready"));
        process.end(GRACE);
        assertThat(output.awaitEnd()).isInstanceOf(ProcessEnd.Signaled.class);
        RecordedOutput check = run(box, "rm -f alive; sleep 0.3; test ! -e alive");
        assertThat(check.awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
    }

    @Test
    void theEndDoesNotWaitForABackgroundChildThatKeepsTheOutputOpen() throws Exception {
        RecordedOutput output = run(box(), "sleep 1000 & echo started; exit 4");
        assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(4));
        assertThat(output.stdout()).isEqualTo("started\n");
    }

    @Test
    void aReaderThatStallsHoldsUpOnlyItsOwnCommand() throws Exception {
        BoxId box = box();
        CountDownLatch open = new CountDownLatch(1);
        RecordedOutput stalled = RecordedOutput.blockedUntil(open);
        engine().start(box, "flood", spec("head -c 20000000 /dev/zero; echo done >&2"), stalled);
        for (int i = 0; i < 5; i++) {
            assertThat(run(box, "echo quick").awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        }
        assertThat(stalled.offset(Stream.STDOUT)).isLessThan(20_000_000);
        open.countDown();
        assertThat(stalled.awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(stalled.offset(Stream.STDOUT)).isEqualTo(20_000_000);
    }

    @Test
    void manyCommandsRunAtOnce() throws Exception {
        BoxId box = box();
        List<RecordedOutput> outputs = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            outputs.add(run(box, "echo " + i + "; exit " + i));
        }
        for (int i = 0; i < 32; i++) {
            assertThat(outputs.get(i).awaitEnd()).isEqualTo(new ProcessEnd.Exited(i));
            assertThat(outputs.get(i).stdout()).isEqualTo(i + "\n");
        }
    }

    @Test
    void aTerminalHasTheSizeAskedForAndIsResized() throws Exception {
        RecordedOutput output = new RecordedOutput();
        ProcessSpec spec = new ProcessSpec(
                List.of("sh", "-c", "stty size; read -r line; stty size; test -t 1 && echo terminal; exit 9"),
                Map.of("PATH", PATH, "TERM", "xterm"),
                "/work",
                false,
                "0",
                Optional.of(new TerminalSize(80, 24)),
                true);
        EngineProcess process = engine().start(box(), "tty", spec, output);
        output.awaitStdout(text -> text.contains("24 80"));
        process.resize(new TerminalSize(132, 43));
        process.stdin().write("\n".getBytes(UTF_8));
        process.stdin().flush();
        assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(9));
        assertThat(output.stdout()).contains("43 132\r\n", "terminal\r\n");
        assertThat(output.stderr()).isEmpty();
    }

    @Test
    void aStoppedBoxKeepsItsDisk() throws Exception {
        BoxId box = box();
        assertThat(run(box, "echo kept > file").awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        RecordedOutput running = run(box, "echo up; sleep 1000");
        running.awaitStdout(text -> text.contains("up"));
        engine().stop(box, GRACE);
        running.awaitEnd();
        assertThat(engine().survivors()).doesNotContain(box);
        engine().launch(box, launch(image()));
        RecordedOutput output = run(box, "cat file");
        assertThat(output.awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(output.stdout()).isEqualTo("kept\n");
    }

    @Test
    void stoppingABoxLetsItsCommandsEndInOrder() throws Exception {
        BoxId box = box();
        RecordedOutput output =
                run(box, "trap 'echo bye > farewell; exit 0' TERM; echo up; while :; do sleep 0.02; done");
        output.awaitStdout(text -> text.contains("up"));
        engine().stop(box, Duration.ofSeconds(20));
        output.awaitEnd();
        engine().launch(box, launch(image()));
        RecordedOutput check = run(box, "cat farewell");
        assertThat(check.awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(check.stdout()).isEqualTo("bye\n");
    }

    @Test
    void whatIsEnforcedOfARunningBoxCanBeReadBackAndAStoppedOneHasNothingToRead() throws Exception {
        BoxId box = box();
        Capabilities enforced = engine().capabilities();
        Limits wanted = launch(image()).limits();
        EffectiveLimits limits = engine().limits(box);
        assertThat(limits.cpu().isPresent()).isEqualTo(enforced.cpu());
        limits.cpu().ifPresent(cpu -> assertThat(cpu).isEqualByComparingTo(wanted.cpu()));
        assertThat(limits.memoryBytes()).isEqualTo(when(enforced.memory(), (long) wanted.memoryMb() << 20));
        assertThat(limits.pids()).isEqualTo(when(enforced.pids(), wanted.pids()));
        long disk = (long) wanted.diskSizeGb() << 30;
        assertThat(limits.diskBytes().isPresent()).isEqualTo(enforced.disk());
        limits.diskBytes().ifPresent(bytes -> assertThat(bytes).isBetween(disk / 2, disk));
        assertThat(limits.openFiles().isPresent()).isEqualTo(enforced.openFiles());
        Usage usage = engine().usage(box);
        assertThat(usage.memoryBytes().isPresent()).isEqualTo(enforced.memory());
        assertThat(usage.pids().isPresent()).isEqualTo(enforced.pids());
        assertThat(engine().details(box).paths()).containsKey("directory");
        engine().stop(box, GRACE);
        assertThat(engine().limits(box)).isEqualTo(EffectiveLimits.UNKNOWN);
        assertThat(engine().usage(box)).isEqualTo(Usage.UNKNOWN);
        assertThat(engine().details(box).process()).isEmpty();
    }

    private static OptionalLong when(boolean enforced, long limit) {
        return enforced ? OptionalLong.of(limit) : OptionalLong.empty();
    }

    @Test
    void aBoxMayBeStoppedTwiceAndDestroyedTwice() throws Exception {
        BoxId box = box();
        engine().stop(box, GRACE);
        engine().stop(box, GRACE);
        engine().destroy(box);
        engine().destroy(box);
        engine().destroy(BoxId.random());
        assertNothingLeftOf(box);
    }

    @Test
    void destroyingARunningBoxEndsItsCommands() throws Exception {
        BoxId box = box();
        RecordedOutput output = run(box, "echo up; trap '' TERM; while :; do sleep 1000; done");
        output.awaitStdout(text -> text.contains("up"));
        engine().destroy(box);
        output.awaitEnd();
        assertNothingLeftOf(box);
    }

    @Test
    void aDestroyedBoxsDiskIsGone() throws Exception {
        BoxId box = box();
        assertThat(run(box, "echo x > file").awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        engine().destroy(box);
        engine().launch(box, launch(image()));
        engine().copyIn(box, "/work", tar(Map.of()));
        assertThat(run(box, "test ! -e file").awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
    }

    @Test
    void aLaunchThatFailsLeavesNothing() {
        BoxId box = BoxId.random();
        made.add(box);
        LocalImage broken = new LocalImage(
                "rootfs:/no/such/tree", "", ImageConfig.Defaults.NONE, new Rootfs.Directory(Path.of("/no/such/tree")));
        assertThatThrownBy(() -> engine().launch(box, launch(broken))).isInstanceOf(ProblemException.class);
        assertThat(engine().survivors()).doesNotContain(box);
        assertNothingLeftOf(box);
    }

    @Test
    void aBoxThatEndsUnaskedIsReportedAndOneThatIsStoppedIsNot() throws Exception {
        LinkedBlockingQueue<BoxId> ended = new LinkedBlockingQueue<>();
        engine().onBoxEnded((box, reason) -> ended.add(box));
        BoxId stopped = box();
        BoxId crashed = box();
        engine().stop(stopped, GRACE);
        RecordedOutput output = run(crashed, "echo up; sleep 1000");
        output.awaitStdout(text -> text.contains("up"));
        crash(crashed);
        assertThat(ended.take()).isEqualTo(crashed);
        assertThat(output.awaitEnd()).isInstanceOfAny(ProcessEnd.BoxGone.class, ProcessEnd.Signaled.class);
        engine().launch(crashed, launch(image()));
        assertThat(run(crashed, "true").awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
    }

    @Test
    void aCommandGoesOnWithoutTheDaemonAndNothingIsLostOrDoubled() throws Exception {
        BoxId box = box();
        RecordedOutput before = new RecordedOutput();
        engine().start(
                        box,
                        "survivor",
                        spec("echo one; echo oops >&2; while [ ! -e go ]; do sleep 0.02; done; echo two; exit 7"),
                        before);
        before.awaitStdout(text -> text.equals("one\n"));
        while (before.offset(Stream.STDERR) < 5) {
            Thread.onSpinWait();
        }
        restart();
        assertThat(engine().survivors()).contains(box);
        assertThat(engine().adopt(box)).isTrue();
        RecordedOutput after = RecordedOutput.from(4, 5);
        assertThat(engine().resume(box, "survivor", 4, 5, after)).isPresent();
        assertThat(run(box, "touch go").awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        assertThat(after.awaitEnd()).isEqualTo(new ProcessEnd.Exited(7));
        assertThat(after.stdout()).isEqualTo("two\n");
        assertThat(after.stderr()).isEmpty();
    }

    @Test
    void outputThatWasNotTakenIsDeliveredAgainAfterARestart() throws Exception {
        BoxId box = box();
        CountDownLatch never = new CountDownLatch(1);
        RecordedOutput before = RecordedOutput.blockedUntil(never);
        engine().start(box, "unread", spec("seq 1 20000; exit 5"), before);
        before.awaitStdout(text -> !text.isEmpty());
        restart();
        assertThat(engine().adopt(box)).isTrue();
        RecordedOutput after = new RecordedOutput();
        assertThat(engine().resume(box, "unread", 0, 0, after)).isPresent();
        assertThat(after.awaitEnd()).isEqualTo(new ProcessEnd.Exited(5));
        assertThat(after.stdout())
                .startsWith("1\n2\n")
                .endsWith("\n19999\n20000\n")
                .hasSize(108_894);
        never.countDown();
    }

    @Test
    void aCommandThatEndedWhileNoDaemonRanKeepsItsEndUntilItIsForgotten() throws Exception {
        BoxId box = box();
        RecordedOutput before = new RecordedOutput();
        engine().start(box, "short", spec("echo on; while [ ! -e go ]; do sleep 0.02; done; echo off; exit 6"), before);
        before.awaitStdout(text -> text.equals("on\n"));
        restart();
        assertThat(engine().adopt(box)).isTrue();
        assertThat(run(box, "touch go; sleep 0.3").awaitEnd()).isEqualTo(new ProcessEnd.Exited(0));
        RecordedOutput after = RecordedOutput.from(3, 0);
        assertThat(engine().resume(box, "short", 3, 0, after)).isPresent();
        assertThat(after.awaitEnd()).isEqualTo(new ProcessEnd.Exited(6));
        assertThat(after.stdout()).isEqualTo("off\n");
        engine().forget(box, "short");
        assertThat(engine().resume(box, "short", 7, 0, new RecordedOutput())).isEmpty();
        assertThat(engine().resume(box, "never-was", 0, 0, new RecordedOutput()))
                .isEmpty();
    }

    @Test
    void anAdoptedBoxIsStoppedAndDestroyedLikeAnyOther() throws Exception {
        BoxId stopped = box();
        BoxId destroyed = box();
        restart();
        assertThat(engine().adopt(stopped)).isTrue();
        engine().stop(stopped, GRACE);
        assertThat(engine().adopt(stopped)).isFalse();
        engine().destroy(destroyed);
        assertThat(engine().survivors()).doesNotContain(stopped, destroyed);
        assertNothingLeftOf(destroyed);
    }

    @Test
    void filesAreCopiedInAndOutAlsoWhenTheBoxIsStopped() throws Exception {
        BoxId box = box();
        engine().copyIn(box, "/new/place", tar(Map.of("a.txt", "text a", "deeper/b", "text b")));
        assertThat(untar(box, "/new/place"))
                .containsEntry("place/a.txt", "text a")
                .containsEntry("place/deeper/b", "text b");
        assertThat(untar(box, "/new/place/a.txt")).isEqualTo(Map.of("a.txt", "text a"));
        engine().stop(box, GRACE);
        engine().copyIn(box, "/new/place", tar(Map.of("c", "text c")));
        assertThat(untar(box, "/new/place/c")).isEqualTo(Map.of("c", "text c"));
        engine().launch(box, launch(image()));
        assertThat(untar(box, "/new/place/c")).isEqualTo(Map.of("c", "text c"));
        assertThatThrownBy(() -> untar(box, "/no/such/file"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ErrorCode.FILE_NOT_FOUND));
    }

    @Test
    void aFileIsWrittenAndReadAlsoWhenTheBoxIsStopped() throws Exception {
        BoxId box = box();
        assertThat(write(box, "/work/new/a b", "", "one")).isEqualTo("/work/new/a b");
        assertThat(write(box, "/work/new", "c", "two")).isEqualTo("/work/new/c");
        assertThat(write(box, "/work/made/", "d", "three")).isEqualTo("/work/made/d");
        assertThat(run(box, "stat -c %a new/* made/*; chmod 751 new/c").awaitEnd())
                .isEqualTo(new ProcessEnd.Exited(0));
        write(box, "/work/new/c", "", "longer than two");
        RecordedOutput modes = run(box, "stat -c %a new/* made/*; ls -A new made");
        modes.awaitEnd();
        assertThat(modes.stdout().split("\\s+")).contains("644", "751").noneMatch(name -> name.startsWith("."));
        engine().stop(box, GRACE);
        assertThat(read(box, "/work/new/c")).isEqualTo("longer than two");
        write(box, "/work/new/c", "", "");
        assertThat(read(box, "/work/new/c")).isEmpty();
        assertThat(read(box, "/work/new/a b")).isEqualTo("one");
    }

    @Test
    void aDirectoryIsNoFileAndWhatIsNotThereIsNotFound() {
        BoxId box = box();
        assertRefused(ErrorCode.VALIDATION_ERROR, () -> read(box, "/work"));
        assertRefused(ErrorCode.VALIDATION_ERROR, () -> write(box, "/work", "", "x"));
        assertRefused(ErrorCode.FILE_NOT_FOUND, () -> read(box, "/work/none"));
        assertRefused(ErrorCode.FILE_NOT_FOUND, () -> read(box, "/no/such"));
    }

    @Test
    void aFileWhoseContentBreaksOffIsAsItWasBefore() throws Exception {
        BoxId box = box();
        write(box, "/work/kept", "", "before");
        IllegalStateException broken = new IllegalStateException("no more");
        InputStream breaking =
                new SequenceInputStream(new ByteArrayInputStream(new byte[200_000]), breaking(Duration.ZERO, broken));
        assertThatThrownBy(() -> engine().writeFile(box, "/work/kept", "", breaking))
                .isSameAs(broken);
        assertThat(read(box, "/work/kept")).isEqualTo("before");
        RecordedOutput names = run(box, "ls -A");
        names.awaitEnd();
        assertThat(names.stdout()).isEqualTo("kept\n");
    }

    /** The program that writes it may not have begun, or be about to begin. */
    @Test
    void atWhateverMomentContentBreaksOffNothingOfItIsLeft() throws Exception {
        BoxId box = box();
        write(box, "/work/kept", "", "before");
        Random random = new Random(4);
        for (int i = 0; i < 40; i++) {
            IllegalStateException broken = new IllegalStateException("no more");
            InputStream breaking = breaking(Duration.ofNanos(random.nextInt(5_000_000)), broken);
            assertThatThrownBy(() -> engine().writeFile(box, "/work/kept", "", breaking))
                    .isSameAs(broken);
        }
        assertThat(read(box, "/work/kept")).isEqualTo("before");
        RecordedOutput names = run(box, "ls -A");
        names.awaitEnd();
        assertThat(names.stdout()).isEqualTo("kept\n");
    }

    private static InputStream breaking(Duration after, RuntimeException broken) {
        return new InputStream() {
            @Override
            public int read() {
                LockSupport.parkNanos(after.toNanos());
                throw broken;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                return read();
            }
        };
    }

    @Test
    void aReaderThatFailsEndsTheReading() {
        BoxId box = box();
        write(box, "/work/file", "", "x".repeat(2_000_000));
        OutputStream full = new OutputStream() {
            @Override
            public void write(int value) throws java.io.IOException {
                throw new java.io.IOException("full");
            }
        };
        assertThatThrownBy(() -> engine().readFile(box, "/work/file", size -> full))
                .isInstanceOf(java.io.UncheckedIOException.class);
        assertThatThrownBy(() -> engine().copyOut(box, "/work", full)).isInstanceOf(java.io.UncheckedIOException.class);
    }

    private String write(BoxId box, String path, String name, String content) {
        return engine().writeFile(box, path, name, new ByteArrayInputStream(content.getBytes(UTF_8)));
    }

    private String read(BoxId box, String path) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        engine().readFile(box, path, size -> {
            assertThat(size.orElse(0)).isLessThan(100);
            return content;
        });
        return content.toString(UTF_8);
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(code));
    }

    /** A running box of the test's image, destroyed after the test, with a directory {@code /work}. */
    protected BoxId box() {
        BoxId box = BoxId.random();
        made.add(box);
        engine().launch(box, launch(image()));
        try {
            engine().copyIn(box, "/work", tar(Map.of()));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return box;
    }

    protected static Launch launch(LocalImage image) {
        Limits limits = new Limits(BigDecimal.ONE, 256, 1, 256);
        return new Launch(image, limits, false, List.of(), List.of(), "contract", false);
    }

    /** Starts a shell script in {@code /work}. */
    protected RecordedOutput run(BoxId box, String script) {
        RecordedOutput output = new RecordedOutput();
        engine().start(box, "p" + System.nanoTime(), spec(script), output);
        return output;
    }

    protected static ProcessSpec spec(String script) {
        return spec(List.of("sh", "-c", script), false);
    }

    private static ProcessSpec withStdin(String script) {
        return spec(List.of("sh", "-c", script), true);
    }

    private static ProcessSpec spec(List<String> argv, boolean stdin) {
        return new ProcessSpec(argv, Map.of("PATH", PATH), "/work", false, "0", Optional.empty(), stdin);
    }

    private ProcessEnd.NotStarted notStarted(String program) throws Exception {
        RecordedOutput output = new RecordedOutput();
        engine().start(box(), "missing", spec(List.of(program), false), output);
        return (ProcessEnd.NotStarted) output.awaitEnd();
    }

    private static ByteArrayInputStream tar(Map<String, String> files) throws java.io.IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                byte[] content = file.getValue().getBytes(UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(file.getKey());
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    private Map<String, String> untar(BoxId box, String path) throws java.io.IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        engine().copyOut(box, path, bytes);
        Map<String, String> files = new HashMap<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                if (entry.isFile()) {
                    files.put(entry.getName(), new String(tar.readAllBytes(), UTF_8));
                }
            }
        }
        return files;
    }
}

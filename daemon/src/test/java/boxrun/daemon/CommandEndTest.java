package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.api.ExitData.Cause;
import boxrun.api.ProblemException;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.NeedsRoot;
import boxrun.daemon.testing.Recorded;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How commands end, and what connected and later readers hear of it. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class CommandEndTest {
    /** Three ways out of the process group, the session, and the parent's sight; each says when it is there. */
    private static final String TREE = """
            trap '' TERM
            (trap '' TERM; sleep 4001) &
            setsid sh -c "trap '' TERM; sleep 4002" &
            (setsid sh -c "(setsid sleep 4003 &) ; sleep 4004" &)
            until [ $(pgrep -fc '^sleep 400[1-4]') = 4 ]; do sleep 0.01; done
            echo there
            wait
            """;

    private final DaemonProcess daemon;
    private final Commands commands;

    CommandEndTest() throws Exception {
        daemon = new DaemonProcess().start();
        commands = daemon.commands(daemon.box("{\"memory_mb\":64}"));
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
    }

    @ParameterizedTest
    @CsvSource({
        "exit 0,       SUCCEEDED, 0",
        "exit 7,       FAILED,    7",
        "kill -9 $$,   FAILED,  137",
        "kill -TERM $$,FAILED,  143",
        "kill -SEGV $$,FAILED,  139",
    })
    void aCommandThatEndsByItselfHasItsCode(String script, ExecStatus status, int code) {
        Exec exec = commands.sh(script);
        assertThat(commands.record(exec).exit()).isEqualTo(new ExitData(code, null));
        assertThat(commands.ended(exec))
                .returns(status, Exec::status)
                .returns(code, Exec::exitCode)
                .returns(null, Exec::errorMessage)
                .matches(ended -> ended.finishedAt() != null);
    }

    @ParameterizedTest
    @CsvSource({"no-such-program, 127", "/etc, 126", "/etc/hostname, 126"})
    void aCommandThatCannotBeExecutedSaysWhy(String program, int code) {
        Exec exec = commands.start("{}", program);
        ExitData exit = commands.record(exec).exit();
        assertThat(exit.exitCode()).isEqualTo(code);
        assertThat(exit.error())
                .isNotNull()
                .satisfies(error -> assertThat(error.message()).contains(program));
        assertThat(commands.ended(exec).status()).isEqualTo(ExecStatus.FAILED);
        assertThat(commands.ended(exec).errorMessage()).contains(program);
    }

    @Test
    void cancelEndsTheWholeTreeAndTellsReadersThatAreThereAndThoseThatCome() {
        Exec exec = commands.sh(TREE);
        try (RunEvents events = commands.api().events(exec.id(), 0)) {
            assertThat(events.next()).get().isInstanceOf(RunEvent.Output.class);
            assertThat(commands.api().cancel(exec.id()))
                    .returns(ExecStatus.CANCELED, Exec::status)
                    .returns(137, Exec::exitCode);
            assertThat(events.next()).get().isInstanceOfSatisfying(RunEvent.Exit.class, exit -> {
                assertThat(exit.data().exitCode()).isEqualTo(137);
                assertThat(exit.data().error()).isNotNull();
                assertThat(cause(exit.data())).isEqualTo(Cause.CANCELED);
            });
        }
        Recorded later = commands.record(exec);
        assertThat(later.stdout()).isEqualTo("there\n");
        assertThat(cause(later.exit())).isEqualTo(Cause.CANCELED);
        assertNoSleepers();
        assertThatThrownBy(() -> commands.api().cancel(exec.id()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(ErrorCode.EXEC_ALREADY_FINISHED));
    }

    @Test
    void aTimeoutEndsTheWholeTree() {
        Exec exec = commands.start("{\"timeout_ms\":1500}", "sh", "-c", TREE);
        Recorded recorded = commands.record(exec);
        assertThat(recorded.stdout()).isEqualTo("there\n");
        assertThat(recorded.exit().exitCode()).isEqualTo(124);
        assertThat(cause(recorded.exit())).isEqualTo(Cause.TIMEOUT);
        assertThat(commands.ended(exec))
                .returns(ExecStatus.TIMEOUT, Exec::status)
                .returns(124, Exec::exitCode)
                .matches(ended -> String.valueOf(ended.errorMessage()).contains("1500 ms"));
        assertNoSleepers();
    }

    @Test
    void whatACanceledCommandWritesOnTermIsKept() {
        Exec exec = commands.sh("trap 'echo bye; exit 3' TERM; echo there; while :; do sleep 0.05; done");
        try (RunEvents events = commands.api().events(exec.id(), 0)) {
            assertThat(events.next()).isPresent();
        }
        commands.api().cancel(exec.id());
        assertThat(commands.record(exec).stdout()).isEqualTo("there\nbye\n");
        assertThat(commands.ended(exec).status()).isEqualTo(ExecStatus.CANCELED);
    }

    @Test
    @NeedsRoot("without a limit that holds it takes all the memory of the host")
    void aCommandThatWantsMoreMemoryThanTheBoxHasIsToldSo() {
        Exec exec = commands.perl("my @all; while (1) { push @all, 'x' x 1000000 }");
        ExitData exit = commands.record(exec).exit();
        assertThat(exit.exitCode()).isEqualTo(137);
        assertThat(cause(exit)).isEqualTo(Cause.OOM_KILLED);
        assertThat(commands.ended(exec).status()).isEqualTo(ExecStatus.FAILED);
        assertThat(commands.record(commands.sh("echo alive")).stdout()).isEqualTo("alive\n");
    }

    @Test
    void aCommandThatTakesMoreDiskThanAWatchedBoxHasIsToldSo() {
        Assumptions.assumeFalse(
                daemon.client().info().enforced().getOrDefault("disk", false), "this host limits disks: a write fails");
        Commands inBox = daemon.commands(daemon.box("{\"disk_size_gb\":1}"));
        Exec exec = inBox.sh("dd if=/dev/zero of=/root/file bs=1M count=4000");
        ExitData exit = inBox.record(exec).exit();
        assertThat(exit.exitCode()).isEqualTo(137);
        assertThat(cause(exit)).isEqualTo(Cause.DISK_FULL);
        assertThat(inBox.ended(exec).status()).isEqualTo(ExecStatus.FAILED);
        assertThat(inBox.record(inBox.sh("rm /root/file; echo room")).stdout()).isEqualTo("room\n");
    }

    @Test
    void stoppingTheBoxEndsItsCommandsAsStopped() throws Exception {
        Box box = daemon.box("{\"name\":\"to-be-stopped\"}");
        Commands inBox = daemon.commands(box);
        Exec exec = inBox.sh("echo there; trap '' TERM; while :; do sleep 0.05; done");
        CompletableFuture<Recorded> reader = CompletableFuture.supplyAsync(() -> inBox.record(exec));
        try (RunEvents events = inBox.api().events(exec.id(), 0)) {
            assertThat(events.next()).isPresent();
            daemon.client().stop(box.id());
            Optional<RunEvent> last = events.next();
            assertThat(last)
                    .get()
                    .isInstanceOfSatisfying(
                            RunEvent.Exit.class,
                            exit -> assertThat(cause(exit.data())).isEqualTo(Cause.BOX_STOPPED));
        }
        assertThat(reader.get().stdout()).isEqualTo("there\n");
        assertThat(inBox.record(exec).exit()).isEqualTo(reader.get().exit());
        assertThat(inBox.ended(exec)).returns(ExecStatus.FAILED, Exec::status).returns(137, Exec::exitCode);
        daemon.client().start(box.id());
        assertThat(inBox.record(exec).stdout()).isEqualTo("there\n");
        assertThat(inBox.record(inBox.sh("echo again")).stdout()).isEqualTo("again\n");
    }

    private void assertNoSleepers() {
        assertThat(commands.record(commands.sh("pgrep -fl '^sleep 400'")).stdout())
                .isEmpty();
    }

    private static Cause cause(ExitData exit) {
        ExitData.ExitError error = exit.error();
        if (error == null) {
            throw new AssertionError("ended by itself: " + exit);
        }
        return error.code();
    }
}

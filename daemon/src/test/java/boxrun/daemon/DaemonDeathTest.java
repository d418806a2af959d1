package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.client.Attach;
import boxrun.client.AttachSession;
import boxrun.client.ConnectionException;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.PatientReader;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.Recorded;
import boxrun.daemon.testing.Typist;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The daemon goes, in whatever way, and comes back: boxes and commands have gone on, and nothing is missing. */
@Timeout(300)
class DaemonDeathTest {
    private static final int LINES = 300_000;

    @TempDir
    Path shared;

    private final DaemonProcess daemon;

    DaemonDeathTest() throws Exception {
        daemon = new DaemonProcess().start();
    }

    @AfterEach
    void close() throws Exception {
        daemon.close();
    }

    /** How one daemon makes room for the next. */
    enum Change {
        KILLED {
            @Override
            void happen(DaemonProcess daemon) throws Exception {
                daemon.kill();
                daemon.start();
            }
        },
        RESTARTED {
            @Override
            void happen(DaemonProcess daemon) throws Exception {
                daemon.leave();
                daemon.start();
            }
        },
        UPGRADED {
            @Override
            void happen(DaemonProcess daemon) throws Exception {
                String build = "after-" + daemon.pid();
                Path version = Files.createDirectories(daemon.state().resolve(build));
                Files.writeString(version.resolve("build"), build);
                Files.createSymbolicLink(version.resolve("libexec"), Programs.nativePrograms());
                daemon.leave();
                daemon.option("-Dboxrun.home=" + version).start();
                assertThat(daemon.client().info().build()).isEqualTo(build);
            }
        };

        abstract void happen(DaemonProcess daemon) throws Exception;
    }

    @ParameterizedTest
    @EnumSource
    void boxesAndCommandsGoOnAndReadersMissNothing(Change change) throws Exception {
        List<Box> boxes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            boxes.add(daemon.box("{\"memory_mb\":64,\"name\":\"box-" + i + "\"}"));
        }
        List<String> births = births(boxes);
        List<PatientReader> readers = new ArrayList<>();
        for (Box box : boxes.subList(0, 3)) {
            Commands commands = daemon.commands(box);
            readers.add(new PatientReader(
                    commands,
                    commands.perl("$| = 1; for (my $i = 0; $i < " + LINES
                            + "; $i++) { print \"line $i\\n\"; print STDERR \"err $i\\n\" if $i % 10 == 0;"
                            + " select(undef, undef, undef, 0.05) if $i % 5000 == 0 } exit 7")));
        }
        AttachSession attached = daemon.client()
                .attach(
                        boxes.get(3).id(),
                        new Attach(
                                List.of("sh", "-c", "echo there; exec sleep 4242"),
                                80,
                                24,
                                null,
                                null,
                                null,
                                Map.of(),
                                null));
        assertThat(attached.next()).isPresent();
        Typist session = Typist.at(daemon.client(), boxes.get(4).id(), "work");
        session.await("ready> ");
        session.type("secret=42; echo be''fore\r").await("before");

        for (int i = 0; i < 3; i++) {
            for (PatientReader reader : readers) {
                reader.awaitMore(200);
            }
            change.happen(daemon);
        }

        assertThatThrownBy(() -> {
                    while (attached.next().isPresent()) {}
                })
                .isInstanceOf(ConnectionException.class);
        assertThatThrownBy(session::rest).isInstanceOf(ConnectionException.class);
        try (Typist again = Typist.at(daemon.client(), boxes.get(4).id(), "work")) {
            again.await("before");
            again.type("echo is-$secret\r").await("is-42");
        }
        Commands ofTerminal = daemon.commands(boxes.get(3));
        Exec gone = ofTerminal.sh("while pgrep -f '^sleep 4242'; do sleep 0.05; done");
        assertThat(ofTerminal.ended(gone).status()).isEqualTo(ExecStatus.SUCCEEDED);
        StringBuilder stdout = new StringBuilder();
        StringBuilder stderr = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            stdout.append("line ").append(i).append('\n');
            if (i % 10 == 0) {
                stderr.append("err ").append(i).append('\n');
            }
        }
        for (PatientReader reader : readers) {
            Recorded recorded = reader.end();
            assertThat(recorded.stdout().equals(stdout.toString())).isTrue();
            assertThat(recorded.stderr().equals(stderr.toString())).isTrue();
            assertThat(recorded.exit()).isEqualTo(new ExitData(7, null));
        }
        assertThat(daemon.client().boxes("running")).hasSize(10);
        assertThat(births(boxes)).isEqualTo(births);
    }

    /** When each box's first process was started. */
    private List<String> births(List<Box> boxes) {
        return boxes.stream()
                .map(box -> daemon.commands(box))
                .map(commands -> commands.record(commands.sh("cut -d' ' -f22 /proc/1/stat; hostname")))
                .map(Recorded::stdout)
                .toList();
    }

    @Test
    void whatHappensWhileNoDaemonRunsIsToldByTheNext() throws Exception {
        Box box = daemon.box("{\"volumes\":[{\"host_path\":\"" + shared + "\",\"guest_path\":\"/shared\"}]}");
        Commands commands = daemon.commands(box);
        String wait = "until [ -e /shared/go ]; do sleep 0.01; done; ";
        Exec small = commands.sh(wait + "echo small; echo on stderr >&2; touch /shared/small; exit 42");
        Exec flood = commands.sh(wait + "seq 1000000; exit 43");
        Exec killed = commands.sh(wait + "touch /shared/killed; kill -KILL $$");
        Exec late = commands.start("{\"timeout_ms\":1000}", "sh", "-c", wait + "echo late; sleep 1000");
        daemon.kill();
        Files.createFile(shared.resolve("go"));
        awaitFile(shared.resolve("small"));
        awaitFile(shared.resolve("killed"));
        daemon.start();
        Recorded recorded = commands.record(small);
        assertThat(recorded.stdout()).isEqualTo("small\n");
        assertThat(recorded.stderr()).isEqualTo("on stderr\n");
        assertThat(recorded.exit()).isEqualTo(new ExitData(42, null));
        assertThat(commands.record(flood).stdout())
                .endsWith("\n999999\n1000000\n")
                .hasSize(6_888_896);
        assertThat(commands.ended(flood)).returns(43, Exec::exitCode);
        assertThat(commands.ended(killed)).returns(137, Exec::exitCode).returns(ExecStatus.FAILED, Exec::status);
        assertThat(commands.record(late).stdout()).isEqualTo("late\n");
        assertThat(commands.ended(late)).returns(ExecStatus.TIMEOUT, Exec::status);
        daemon.kill();
        daemon.start();
        assertThat(commands.record(small).exit()).isEqualTo(new ExitData(42, null));
        assertThat(commands.api().list()).extracting(Exec::exitCode).containsExactly(42, 43, 137, 124);
    }

    private static void awaitFile(Path file) throws InterruptedException {
        while (!Files.exists(file)) {
            Thread.sleep(10);
        }
    }

    @Test
    void aKilledAgentEndsItsBoxWhichCanBeStartedAgainAndRemoved() throws Exception {
        Box seen = daemon.box("{\"name\":\"seen\"}");
        Box unseen = daemon.box("{\"name\":\"unseen\"}");
        Commands commands = daemon.commands(seen);
        Exec exec = commands.sh("echo there > /root/file; sync; echo on; sleep 1000");
        try (var events = commands.api().events(exec.id(), 0)) {
            assertThat(events.next()).isPresent();
            kill(agent(seen));
            assertThat(events.next()).isPresent();
        }
        assertThat(commands.record(exec).exit().error())
                .isNotNull()
                .satisfies(error -> assertThat(error.code()).isEqualTo(ExitData.Cause.BOX_STOPPED));
        awaitStatus(seen, BoxStatus.STOPPED);
        assertThat(daemon.client().box("seen").errorMessage()).contains("ended");
        daemon.client().start("seen");
        assertThat(commands.record(commands.sh("cat /root/file")).stdout()).isEqualTo("there\n");

        long agent = agent(unseen);
        daemon.kill();
        kill(agent);
        daemon.start();
        awaitStatus(unseen, BoxStatus.STOPPED);
        for (Box box : List.of(seen, unseen)) {
            daemon.client().remove(box.id(), true);
        }
        assertThat(daemon.directories()).isEmpty();
    }

    private void awaitStatus(Box box, BoxStatus status) throws InterruptedException {
        while (daemon.client().box(box.id()).status() != status) {
            Thread.sleep(Duration.ofMillis(10));
        }
    }

    private long agent(Box box) throws Exception {
        String record = Files.readString(daemon.state().resolve("boxes/" + box.id() + "/engine/running.json"));
        return Long.parseLong(record.replaceAll("(?s).*\"pid\":(\\d+).*", "$1"));
    }

    private static void kill(long pid) {
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }
}

package boxrun.daemon.engine.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.RecordedOutput;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is killed whenever: nothing of a box stays behind. */
@Timeout(300)
class CrashTest {
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
    void aLaunchWhoseProcessesAreKilledAtAnyPointLeavesNothing() throws Exception {
        Random random = new Random(11);
        int failed = 0;
        for (int i = 0; i < 30; i++) {
            BoxId id = boxes.id();
            try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
                boolean network = i % 2 == 0;
                Future<?> launch =
                        executor.submit(() -> boxes.engine().launch(id, Boxes.launch(Boxes.HOST, network, List.of())));
                Thread.sleep(Duration.ofMillis(random.nextInt(60)));
                killWhatStarts(id);
                try {
                    launch.get();
                } catch (java.util.concurrent.ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(ProblemException.class);
                    failed++;
                    Trace.assertNone(state, id);
                }
            }
            boxes.engine().destroy(id);
            Trace.assertNone(state, id);
        }
        assertThat(failed).isPositive();
    }

    /** Kills the launcher, the runtime (which it becomes) and the agent of one box, whichever there are. */
    private static void killWhatStarts(BoxId id) {
        ProcessHandle.allProcesses()
                .filter(process -> process.pid() != ProcessHandle.current().pid())
                .filter(process -> Trace.belongsTo(process.pid(), id) && !Trace.cleansUp(process.pid()))
                .forEach(ProcessHandle::destroyForcibly);
    }

    @Test
    void aLaunchThatFailsBecauseOfTheRuntimeLeavesNothing() throws Exception {
        Path runtime = Files.writeString(
                state.resolve("broken"), "#!/bin/sh\n[ \"$1\" = --version ] || { echo 'no, thanks' >&2; exit 1; }\n");
        assertThat(runtime.toFile().setExecutable(true)).isTrue();
        BoxId id = boxes.id();
        try (ContainerEngine engine = new ContainerEngine(new Home(state), Boxes.NATIVES, runtime.toString())) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> engine.launch(id, Boxes.launch(Boxes.HOST)))
                    .withMessage("cannot start the box: no, thanks");
        }
        Trace.assertNone(state, id);
    }

    @Test
    void aMissingRuntimeIsNamedWithTheStepToTake() {
        BoxId id = boxes.id();
        try (ContainerEngine engine = new ContainerEngine(new Home(state), Boxes.NATIVES, "crun-that-is-not-there")) {
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> engine.launch(id, Boxes.launch(Boxes.HOST)))
                    .satisfies(problem -> assertThat(problem.hint()).hasValue("install it: apt install crun"));
        }
        Trace.assertNone(state, id);
    }

    @Test
    void aStateDirectoryWithTooLongAPathIsRefused() {
        Path deep = state.resolve("a-directory-with-a-long-name").resolve("and-another-one-below-it");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> new ContainerEngine(new Home(deep), Boxes.NATIVES, "crun"))
                .satisfies(problem -> assertThat(problem.hint()).hasValue("set BOXRUN_STATE_DIR to a shorter path"));
    }

    @Test
    void aBoxWhoseAgentIsKilledIsReportedAndNothingButItsDiskStays() throws Exception {
        LinkedBlockingQueue<BoxId> ended = new LinkedBlockingQueue<>();
        boxes.engine().onBoxEnded((box, _) -> ended.add(box));
        BoxId id = boxes.box(Boxes.launch(Boxes.HOST, true, List.of()));
        boxes.start(id, new RecordedOutput(), "sleep", "1000");
        Trace.of(state, id).process().kill();
        assertThat(ended.take()).isEqualTo(id);
        List<String> left = Trace.left(state, id);
        for (int i = 0; i < 1000 && left.size() > 1; i++) {
            Thread.sleep(5);
            left = Trace.left(state, id);
        }
        assertThat(left).containsExactly("its directory");
    }

    @Test
    void aBoxWhoseAgentDoesNotKeepToTheProtocolIsEndedWithAReason() throws Exception {
        BoxId id = boxes.box();
        ProcessIdentity agent = Trace.of(state, id).process();
        Path socket = BoxDirectory.of(new Home(state), id).socket();
        Files.delete(socket);
        LinkedBlockingQueue<String> reasons = new LinkedBlockingQueue<>();
        try (ServerSocketChannel liar = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                ContainerEngine next = new ContainerEngine(new Home(state), Boxes.NATIVES, "crun")) {
            liar.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofVirtual().start(() -> welcomeAndLie(liar));
            next.onBoxEnded((_, reason) -> reasons.add(reason));
            assertThat(next.adopt(id)).isTrue();
            assertThat(reasons.take()).contains("the agent sent a frame on channel 77");
        }
        assertThat(agent.alive()).isFalse();
    }

    /** A welcome and an empty list, as in docs/agent-protocol.md, then output of a command that nobody has started. */
    private static void welcomeAndLie(ServerSocketChannel server) {
        ByteBuffer welcome = ByteBuffer.allocate(9 + 22);
        welcome.putInt(22).putInt(0).put((byte) 0x81);
        welcome.putInt(0x42585241).putShort((short) 1).putInt(65_536);
        welcome.putInt(16).putInt(1 << 22).putInt(1);
        ByteBuffer lie = ByteBuffer.allocate(9 + 9 + 10);
        lie.putInt(0).putInt(0).put((byte) 0x89);
        lie.putInt(10).putInt(77).put((byte) 0x85).put(new byte[10]);
        try (SocketChannel daemon = server.accept()) {
            daemon.read(ByteBuffer.allocate(100));
            daemon.write(welcome.flip());
            daemon.read(ByteBuffer.allocate(100));
            daemon.write(lie.flip());
            while (daemon.read(ByteBuffer.allocate(100)) >= 0) {}
        } catch (IOException _) {
            // The daemon has seen enough.
        }
    }

    @Test
    void aBoxThatWasStartedForItsFilesByAKilledDaemonDoesNotCountAsRunning() throws Exception {
        BoxId id = boxes.box();
        boxes.engine().stop(id, Duration.ZERO);
        HostSupport support = HostSupport.detect(new Home(state), Boxes.NATIVES, "crun");
        new Starter(support, UnaryOperator.identity()).startForFiles(id, BoxDirectory.of(new Home(state), id));
        assertThat(boxes.engine().survivors()).doesNotContain(id);
        assertThat(boxes.engine().adopt(id)).isFalse();
        boxes.engine().launch(id, Boxes.launch(Boxes.HOST));
        assertThat(boxes.sh(id, "true").well()).isTrue();
    }

    @Test
    void anotherProcessWithTheNumberOfTheAgentIsNotTakenForIt() throws Exception {
        BoxId id = boxes.box();
        boxes.engine().stop(id, Duration.ZERO);
        BoxDirectory box = BoxDirectory.of(new Home(state), id);
        ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
        Records.write(
                box.running(), new Running(new ProcessIdentity(self.pid(), self.started() - 1, self.boot()), false));
        assertThat(boxes.engine().survivors()).doesNotContain(id);
        boxes.engine().destroy(id);
    }

    @Test
    void fiftyBoxesAreMadeUsedAndDestroyedAtOnce() throws Exception {
        List<Future<Boxes.Ran>> runs = new ArrayList<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                BoxId id = boxes.id();
                runs.add(executor.submit(() -> {
                    boxes.engine().launch(id, Boxes.launch(Boxes.HOST));
                    Boxes.Ran ran = boxes.sh(id, "hostname");
                    boxes.engine().destroy(id);
                    return ran;
                }));
            }
        }
        for (Future<Boxes.Ran> run : runs) {
            assertThat(run.get().stdout()).isEqualTo("test-box\n");
        }
    }
}

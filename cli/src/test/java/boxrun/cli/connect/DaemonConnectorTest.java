package boxrun.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.config.Home;
import boxrun.config.Setting;
import boxrun.config.Settings;
import boxrun.config.Version;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DaemonConnectorTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final List<String> notes = new ArrayList<>();
    private Home home = new Home(Path.of("/"));

    @BeforeEach
    void makeTheStateDirectory() throws IOException {
        // Short, because a socket is in it.
        home = new Home(Files.createTempDirectory(Path.of("/tmp"), "boxrun"));
    }

    @AfterEach
    void endTheDaemonsThatWereStarted() throws Exception {
        for (long pid : started()) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        try (var files = Files.list(home.root())) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(home.root());
    }

    @Test
    void noDaemonThenOneThenStillOneThenNone() throws Exception {
        BoxrunClient first = connect("build-1");
        long pid = first.greet(SOON).pid();
        assertThat(connect("build-1").greet(SOON).pid()).isEqualTo(pid);
        assertThat(started()).containsExactly(pid);

        first.shutdown(SOON);
        ProcessHandle.of(pid).ifPresent(daemon -> daemon.onExit().join());
        assertThatExceptionOfType(ConnectionException.class).isThrownBy(() -> first.greet(SOON));

        assertThat(connect("build-1").greet(SOON).pid()).isNotEqualTo(pid);
        assertThat(started()).hasSize(2);
        assertThat(notes).isEmpty();
    }

    @Test
    void theDaemonHasASessionOfItsOwn() throws Exception {
        long pid = connect("build-1").greet(SOON).pid();
        // Program, state, parent, group, session.
        assertThat(Files.readString(Path.of("/proc/" + pid + "/stat")))
                .containsPattern("\\) \\S \\d+ " + pid + " " + pid + " ");
    }

    @Test
    void nothingThatStartedItIsLeft() throws Exception {
        connect("build-1");
        for (ProcessHandle child : ProcessHandle.current().children().toList()) {
            child.onExit().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void ofSeveralCommandsAtOnceOneStartsTheDaemon() throws Exception {
        List<Process> commands = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            commands.add(new ProcessBuilder(
                            Connectors.java(ConnectOnce.class, home.root().toString()))
                    .start());
        }
        TreeSet<String> pids = new TreeSet<>();
        for (Process command : commands) {
            pids.add(new String(command.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip());
            assertThat(command.waitFor()).isZero();
        }
        assertThat(started()).hasSize(1);
        assertThat(pids).containsExactly(started().getFirst().toString());
    }

    @Test
    void aDaemonOfAnotherBuildIsReplaced() throws Exception {
        long old = connect("build-1").greet(SOON).pid();
        BoxrunClient client = connect("build-2");
        assertThat(client.greet(SOON).build()).isEqualTo("build-2");
        assertThat(started()).containsExactly(old, client.greet(SOON).pid());
        assertThat(notes)
                .containsExactly("replacing the daemon of boxrun 1 (build-1, pid " + old + "); boxes that run stay");
    }

    @Test
    void aSocketThatAKilledDaemonLeftIsNoDaemon() throws Exception {
        long killed = connect("build-1").greet(SOON).pid();
        ProcessHandle daemon = ProcessHandle.of(killed).orElseThrow();
        daemon.destroyForcibly();
        daemon.onExit().join();
        assertThat(home.socket()).exists();
        assertThat(connect("build-1").greet(SOON).pid()).isNotEqualTo(killed);
    }

    @Test
    void aDaemonThatDoesNotStartShowsItsLastWords() throws IOException {
        Files.writeString(home.daemonLog(), "words of an earlier daemon\n");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(
                        () -> Connectors.to(home, "build-1", "fail", notes::add).connect())
                .withMessage("the daemon did not start: it ended before it was ready, saying:\n"
                        + "  an older line\n  the cgroup is gone")
                .satisfies(problem -> assertThat(problem.hint()).contains("its log is " + home.daemonLog()));
    }

    @Test
    void aProgramThatIsMissingIsNamed() {
        DaemonConnector connector = new DaemonConnector(
                home,
                new DaemonSearch(home, new Version("1", "1"), SOON),
                new DaemonStart(home, new DaemonCommand(List.of("/nowhere/java"), Map.of()), () -> Connectors.NO_SCOPE),
                notes::add);
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(connector::connect)
                .withMessageContaining("the daemon did not start: ")
                .withMessageContaining("/nowhere/java");
    }

    @Test
    void aScopeThatCannotBeMadeIsNoReasonToHaveNoDaemon(@TempDir Path tree) throws Exception {
        // Nobody's systemd listens at this user's path, and there may be no systemd-run either.
        Files.createDirectories(tree.resolve("sys/fs/cgroup"));
        Files.createFile(tree.resolve("sys/fs/cgroup/cgroup.controllers"));
        Files.createDirectories(tree.resolve("run/user/4242/systemd"));
        Files.createFile(tree.resolve("run/user/4242/systemd/private"));
        UserScope scope = new UserScope(tree, 4242);
        assertThat(scope.words()).isNotEmpty();
        BoxrunClient client =
                Connectors.to(home, "build-1", "serve", scope, notes::add).connect();
        assertThat(started()).containsExactly(client.greet(SOON).pid());
    }

    @Test
    void aDaemonThatHangsIsNamedWithItsProcess() throws Exception {
        Files.writeString(home.daemonLock(), "4711\n");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(home.socket()));
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> connect("build-1"))
                    .withMessage("the daemon at " + home.socket()
                            + " does not answer: it took the connection, but said nothing for 2 s")
                    .satisfies(problem -> assertThat(problem.hint().orElse("")).contains("end it: kill 4711"));
        }
    }

    @Test
    void aDaemonThatIsLeavingIsWaitedFor() throws Exception {
        FileChannel leaving = FileChannel.open(home.daemonLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        leaving.lock();
        CountDownLatch looking = new CountDownLatch(1);
        Thread command = Thread.ofVirtual().start(() -> {
            looking.countDown();
            connect("build-1");
        });
        looking.await();
        assertThat(started()).isEmpty();
        leaving.close();
        command.join();
        assertThat(started()).hasSize(1);
    }

    @Test
    void aDaemonThatTheUserNamesIsNotStarted() {
        Settings settings =
                Settings.load(Map.of("HOME", home.root().toString()), Map.of(Setting.HOST, "unix://" + home.socket()));
        assertThatExceptionOfType(ConnectionException.class)
                .isThrownBy(() -> DaemonConnector.connect(settings, notes::add).greet(SOON))
                .withMessage("cannot reach unix://" + home.socket() + ": No such file or directory");
    }

    @Test
    void anAddressThatIsNoneIsAnErrorOfItsSource() {
        Settings settings = Settings.load(Map.of("HOME", "/", "BOXRUN_HOST", "tcp://x"), Map.of());
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> DaemonConnector.connect(settings, notes::add))
                .withMessage("BOXRUN_HOST: expected unix:///path or http://host:port, got \"tcp://x\"");
    }

    private BoxrunClient connect(String build) {
        return Connectors.to(home, build, "serve", notes::add).connect();
    }

    private List<Long> started() throws IOException {
        Path list = home.root().resolve("started");
        return Files.exists(list)
                ? Files.readAllLines(list).stream().map(Long::valueOf).toList()
                : List.of();
    }
}

package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Stream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Commands outlive their daemon's connection. */
interface ReconnectStory extends AgentStory {

    /** A listener whose record outlives connections, as a daemon's log does, and that knows where to go on. */
    final class Log implements CommandListener {
        private final StringBuilder[] texts = {new StringBuilder(), new StringBuilder()};
        private long gaps;
        private CountDownLatch over = new CountDownLatch(1);
        private CommandEnd end = new CommandEnd.Lost("");
        private long cutAt = Long.MAX_VALUE;
        private Runnable cut = () -> {};

        @Override
        public synchronized void bytes(Stream stream, long offset, byte[] data) {
            StringBuilder text = texts[stream == Stream.STDOUT ? 0 : 1];
            if (offset != text.length()) {
                gaps++;
            }
            text.append(new String(data, StandardCharsets.US_ASCII));
            if (texts[0].length() + texts[1].length() >= cutAt) {
                cutAt = Long.MAX_VALUE;
                cut.run();
            }
        }

        @Override
        public synchronized void ended(CommandEnd commandEnd) {
            end = commandEnd;
            over.countDown();
        }

        synchronized void cutAfter(long more, Runnable how) {
            cutAt = texts[0].length() + texts[1].length() + more;
            cut = how;
            over = new CountDownLatch(1);
        }

        CommandEnd await() throws InterruptedException {
            CountDownLatch latch;
            synchronized (this) {
                latch = over;
            }
            latch.await();
            synchronized (this) {
                return end;
            }
        }
    }

    @Test
    default void noByteIsLostOrDoubledOverManyConnections() throws Exception {
        Random random = new Random(3);
        Log log = new Log();
        CommandSpec spec = sh("for i in $(seq 1 40); do seq 1 10000; seq 1 1000 >&2; done; exit 8");
        int connections = 1;
        AgentConnection connection = agent().connect();
        log.cutAfter(random.nextInt(200_000), closing(connection));
        connection.start(spec, log);
        while (log.await() instanceof CommandEnd.Lost) {
            AgentConnection next = agent().connect();
            log.cutAfter(random.nextInt(200_000), closing(next));
            Optional<AgentCommand> command = next.resume(spec.id(), log.texts[0].length(), log.texts[1].length(), log);
            assertThat(command).isPresent();
            assertThat(command.get().known()).isTrue();
            connections++;
            connection.close();
            connection = next;
        }
        connection.close();
        assertThat(log.await()).isEqualTo(new CommandEnd.Exited(8));
        assertThat(connections).isGreaterThan(10);
        assertThat(log.gaps).isZero();
        assertThat(log.texts[0].toString().lines()).hasSize(400_000).last().isEqualTo("10000");
        assertThat(log.texts[0].toString()).isEqualTo(numbers(10000).repeat(40));
        assertThat(log.texts[1].toString()).isEqualTo(numbers(1000).repeat(40));
    }

    /** Closing waits for the connection's threads, one of which is the caller's. */
    private static Runnable closing(AgentConnection connection) {
        return () -> Thread.ofVirtual().start(connection::close);
    }

    private static String numbers(int upto) {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= upto; i++) {
            text.append(i).append('\n');
        }
        return text.toString();
    }

    @Test
    default void whatEndsWhileNobodyIsConnectedIsKept() throws Exception {
        CommandSpec spec = sh("read x; seq 1 30000; echo err >&2; exit 9");
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(spec, new Recording());
            command.stdin().write('\n');
            connection.ping();
        }
        int taken;
        int takenErrors;
        Recording recording;
        try (AgentConnection connection = agent().connect()) {
            KnownCommand known = connection.list().getFirst();
            while (known.end().isEmpty()) {
                known = connection.list().getFirst();
            }
            assertThat(known.id()).isEqualTo(spec.id());
            assertThat(known.end()).contains(new CommandEnd.Exited(9));
            assertThat(known.stdout().end()).isEqualTo(168_894);
            // The first connection may have taken some of it before it was closed.
            taken = (int) known.stdout().acknowledged();
            takenErrors = (int) known.stderr().acknowledged();
            recording = new Recording(taken, takenErrors);
            assertThat(connection.resume(spec.id(), taken, takenErrors, recording))
                    .isPresent();
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(9));
            connection.forget(spec.id());
            assertThat(connection.list()).isEmpty();
            assertThat(connection.resume(spec.id(), 0, 0, new Recording())).isEmpty();
        }
        assertThat(recording.stdout()).isEqualTo(numbers(30_000).substring(taken));
        assertThat(recording.stderr()).isEqualTo("err\n".substring(takenErrors));
    }

    @Test
    default void theExitOfWhatIsAllReadCanBeHeardAgain() throws Exception {
        CommandSpec spec = sh("echo out; exit 2");
        Recording first = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(spec, first);
            first.awaitEnd();
        }
        Recording again = new Recording(4, 0);
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.resume(spec.id(), 4, 0, again).orElseThrow();
            assertThat(command.firstOffset(Stream.STDOUT)).isEqualTo(4);
            assertThat(again.awaitEnd()).isEqualTo(new CommandEnd.Exited(2));
            assertThat(again.stdout()).isEmpty();
            assertThatThrownBy(() -> connection.resume(spec.id(), 5, 0, new Recording()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    default void aStartThatIsRepeatedStartsNothing() throws Exception {
        CommandSpec spec = sh("echo once; read x");
        int pid;
        try (AgentConnection connection = agent().connect()) {
            pid = connection.start(spec, new Recording()).pid();
        }
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(spec, recording);
            assertThat(command.known()).isTrue();
            assertThat(command.pid()).isEqualTo(pid);
            command.stdin().close();
            assertThat(recording.awaitEnd()).isInstanceOf(CommandEnd.Exited.class);
        }
    }

    @Test
    default void inputGoesOnOverConnections() throws Exception {
        CommandSpec spec = sh("cat");
        try (AgentConnection connection = agent().connect()) {
            Recording first = new Recording();
            AgentCommand command = connection.start(spec, first);
            command.stdin().write("one\n".getBytes(StandardCharsets.UTF_8));
            first.awaitStdout(text -> text.equals("one\n"));
            connection.ping();
        }
        try (AgentConnection connection = agent().connect()) {
            long taken = connection.list().getFirst().stdout().acknowledged();
            Recording second = new Recording(taken, 0);
            AgentCommand command =
                    connection.resume(spec.id(), taken, 0, second).orElseThrow();
            try (OutputStream stdin = command.stdin()) {
                stdin.write("two\n".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(second.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
            assertThat(second.stdout()).endsWith("two\n");
        }
    }

    @Test
    default void aNewDaemonTakesOver() throws Exception {
        CompletableFuture<String> reason = new CompletableFuture<>();
        CommandSpec spec = sh("echo up; sleep 1000");
        Recording old = new Recording();
        AgentConnection first = AgentConnection.open(
                agent().socket(), AgentUnderTest.TIMEOUT, (stopped, why) -> reason.complete(stopped + " " + why));
        first.start(spec, old);
        old.awaitStdout(text -> text.equals("up\n"));
        try (AgentConnection second = agent().connect()) {
            assertThat(reason.get()).startsWith("false").endsWith("another daemon has connected");
            assertThat(old.awaitEnd()).isInstanceOf(CommandEnd.Lost.class);
            Recording taken = new Recording(3, 0);
            AgentCommand command = second.resume(spec.id(), 3, 0, taken).orElseThrow();
            command.end(Duration.ZERO);
            assertThat(taken.awaitEnd()).isEqualTo(new CommandEnd.Signaled(9));
            assertThatThrownBy(() -> first.start(sh("true"), new Recording())).isInstanceOf(AgentLostException.class);
        }
    }

    @Test
    default void aFailingListenerLosesItsCommandOnly() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            CompletableFuture<CommandEnd> end = new CompletableFuture<>();
            CommandSpec spec = sh("echo lost; sleep 1000");
            connection.start(spec, new CommandListener() {
                @Override
                public void bytes(Stream stream, long offset, byte[] data) {
                    throw new IllegalStateException("disk full");
                }

                @Override
                public void ended(CommandEnd commandEnd) {
                    end.complete(commandEnd);
                }
            });
            assertThat(end.get()).isInstanceOf(CommandEnd.Lost.class);
            assertThat(run(connection, "echo fine")).isEqualTo("fine");
            Recording again = new Recording();
            AgentCommand command = connection.resume(spec.id(), 0, 0, again).orElseThrow();
            assertThat(again.awaitStdout(text -> text.endsWith("\n"))).isEqualTo("lost\n");
            command.end(Duration.ZERO);
            again.awaitEnd();
        }
    }

    @Test
    default void aClientThatIsKilledInAFloodLeavesNothingBehind() throws Exception {
        List<String> before = descriptors();
        for (int i = 0; i < 20; i++) {
            try (AgentConnection connection = agent().connect()) {
                CountDownLatch flowing = new CountDownLatch(3);
                connection.start(Commands.command(agent().busybox(), "yes"), new CommandListener() {
                    @Override
                    public void bytes(Stream stream, long offset, byte[] data) {
                        flowing.countDown();
                    }

                    @Override
                    public void ended(CommandEnd end) {}
                });
                flowing.await();
            }
        }
        try (AgentConnection connection = agent().connect()) {
            for (KnownCommand known : connection.list()) {
                Recording rest = new Recording();
                long from = known.stdout().acknowledged();
                connection
                        .resume(known.id(), from, 0, new CommandListener() {
                            @Override
                            public void bytes(Stream stream, long offset, byte[] data) {}

                            @Override
                            public void ended(CommandEnd end) {
                                rest.ended(end);
                            }
                        })
                        .orElseThrow()
                        .end(Duration.ZERO);
                assertThat(rest.awaitEnd()).isEqualTo(new CommandEnd.Signaled(9));
                connection.forget(known.id());
            }
            assertThat(connection.list()).isEmpty();
        }
        awaitDescriptors(before);
    }
}

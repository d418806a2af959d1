package boxrun.daemon.agent;

import static boxrun.daemon.agent.Commands.command;
import static boxrun.daemon.agent.Commands.withoutInput;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How input goes to commands. */
interface InputStory extends AgentStory {

    @Test
    default void inputReachesTheCommandAndEnds() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("cat; echo end"), recording);
            try (OutputStream stdin = command.stdin()) {
                stdin.write("hello\n".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdout()).isEqualTo("hello\nend\n");
    }

    @Test
    default void aHundredMegabytesOfInputArriveUnchanged() throws Exception {
        Recording recording = new Recording();
        MessageDigest digest = MessageDigest.getInstance("MD5");
        byte[] block = new byte[1_000_000];
        Random random = new Random(1);
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(command(agent().busybox(), "md5sum"), recording);
            try (OutputStream stdin = command.stdin()) {
                for (int i = 0; i < 100; i++) {
                    random.nextBytes(block);
                    digest.update(block);
                    stdin.write(block);
                }
            }
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdout()).startsWith(HexFormat.of().formatHex(digest.digest()));
    }

    @Test
    default void inputComesBackThroughAPipeline() throws Exception {
        Recording recording = new Recording();
        byte[] data = new byte[3_000_000];
        new Random(2).nextBytes(data);
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("cat | cat | cat"), recording);
            try (OutputStream stdin = command.stdin()) {
                stdin.write(data);
            }
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdoutBytes()).isEqualTo(data);
    }

    @Test
    default void aCommandMayEndWithInputUnread() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("read line; echo $line"), recording);
            OutputStream stdin = command.stdin();
            assertThatThrownBy(() -> {
                        stdin.write("first\n".getBytes(StandardCharsets.UTF_8));
                        while (true) {
                            stdin.write(new byte[10_000]);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessage("the command reads no more input");
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdout()).isEqualTo("first\n");
    }

    @Test
    default void aCommandThatClosesItsInputFailsTheWriter() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("exec <&-; echo closed; sleep 1000"), recording);
            recording.awaitStdout(text -> text.equals("closed\n"));
            assertThatThrownBy(() -> {
                        while (true) {
                            command.stdin().write(new byte[10_000]);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessage("the command reads no more input");
            assertThat(recording.hasEnded()).isFalse();
            command.end(Duration.ZERO);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(9));
        }
    }

    @Test
    default void aCommandThatDoesNotReadHoldsUpItsWriterOnly() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("sleep 1000"), recording);
            CompletableFuture<String> failure = new CompletableFuture<>();
            Thread writer = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        command.stdin().write(new byte[100_000]);
                    }
                } catch (IOException e) {
                    failure.complete(e.getMessage());
                }
            });
            while (writer.getState() != Thread.State.WAITING) {
                Thread.sleep(5);
            }
            assertThat(run(connection, "echo other")).isEqualTo("other");
            command.signal(15);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(15));
            assertThat(failure.get()).isEqualTo("the command reads no more input");
        }
    }

    @Test
    default void aCommandWithoutInputTakesNone() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            Recording recording = new Recording();
            AgentCommand command = connection.start(withoutInput(sh("sleep 1000")), recording);
            assertThatThrownBy(() -> command.stdin().write(1)).isInstanceOf(IOException.class);
            command.end(Duration.ZERO);
            recording.awaitEnd();
        }
    }
}

package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Stream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a daemon makes of an agent that breaks the protocol: the connection ends, with a reason, and nothing else. */
@Timeout(60)
class LyingAgentTest {
    private static final ByteBuffer WELCOME = ByteBuffer.wrap(HostilePeerStory.frame(
                    FrameType.WELCOME,
                    0,
                    ByteBuffer.allocate(22)
                            .putInt(FrameType.MAGIC)
                            .putShort((short) 1)
                            .putInt(65_536)
                            .putInt(16)
                            .putInt(1 << 22)
                            .putInt(1)))
            .asReadOnlyBuffer();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final CompletableFuture<String> reason = new CompletableFuture<>();

    static ByteBuffer welcome() {
        return WELCOME.duplicate();
    }

    private static byte[] started() {
        return HostilePeerStory.frame(
                FrameType.STARTED, 1, ByteBuffer.allocate(29).position(29));
    }

    private static byte[] output(long offset, int length) {
        ByteBuffer payload = ByteBuffer.allocate(9 + length).put((byte) 0).putLong(offset);
        return HostilePeerStory.frame(FrameType.OUTPUT, 1, payload.position(9 + length));
    }

    private static byte[] exit(long length) {
        ByteBuffer payload =
                ByteBuffer.allocate(18).putShort((short) 0).putLong(length).putLong(0);
        return HostilePeerStory.frame(FrameType.EXIT, 1, payload);
    }

    /** An agent that answers the hello with one thing and the first START with others, and then reads on. */
    private Path agent(ByteBuffer welcome, byte[]... afterStart) throws IOException {
        Path path = directory.resolve("agent.sock");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(path));
        Thread.ofVirtual().start(() -> {
            try (server;
                    SocketChannel channel = server.accept()) {
                DataInputStream in = new DataInputStream(Channels.newInputStream(channel));
                read(in);
                channel.write(welcome.duplicate());
                read(in);
                for (byte[] each : afterStart) {
                    channel.write(ByteBuffer.wrap(each));
                }
                while (true) {
                    read(in);
                }
            } catch (IOException _) {
                // The daemon has gone, as it should.
            }
        });
        return path;
    }

    private static void read(DataInputStream in) throws IOException {
        int length = in.readInt();
        in.readNBytes(5 + length);
    }

    private AgentConnection connect(Path path) {
        return AgentConnection.open(path, Duration.ofSeconds(20), (stopped, why) -> reason.complete(why));
    }

    private void breaksWith(String why, byte[]... afterStart) throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = connect(agent(WELCOME, afterStart))) {
            try {
                connection.start(Commands.command("true"), recording);
                assertThat(recording.awaitEnd()).isInstanceOf(CommandEnd.Lost.class);
            } catch (AgentLostException _) {
                // It broke so early that nothing was known to have started.
            }
            assertThat(reason.get()).contains(why);
            assertThatThrownBy(connection::ping).isInstanceOf(AgentLostException.class);
        }
    }

    @Test
    void aFirstFrameThatIsNoWelcomeIsRefused() throws Exception {
        Path path = agent(ByteBuffer.wrap(HostilePeerStory.frame(FrameType.LIST_END, 0, ByteBuffer.allocate(0))));
        assertThatThrownBy(() -> connect(path))
                .isInstanceOf(AgentProtocolException.class)
                .hasMessage("the agent's first frame is not the answer to the hello");
    }

    @Test
    void anotherVersionIsRefused() throws Exception {
        ByteBuffer welcome =
                ByteBuffer.allocate(WELCOME.limit()).put(WELCOME.duplicate()).flip();
        Path path = agent(welcome.putShort(13, (short) 3));
        assertThatThrownBy(() -> connect(path))
                .isInstanceOf(AgentProtocolException.class)
                .hasMessage("the agent speaks version 3 of the protocol, not 1");
    }

    @Test
    void anAgentThatRefusesIsQuoted() throws Exception {
        byte[] refusal = HostilePeerStory.frame(
                FrameType.ERROR, 0, SpecEncoder.put(ByteBuffer.allocate(20).putShort((short) 2), "too old"));
        Path path = agent(ByteBuffer.wrap(refusal));
        assertThatThrownBy(() -> connect(path))
                .isInstanceOf(AgentProtocolException.class)
                .hasMessageContaining("has ended the connection: too old");
    }

    @Test
    void outputThatDoesNotGoOnIsRefused() throws Exception {
        breaksWith("output that does not go on where the last ended", started(), output(0, 5), output(6, 5));
    }

    @Test
    void outputBeforeTheStartIsRefused() throws Exception {
        breaksWith("output before the answer to START", output(0, 5));
    }

    @Test
    void twoAnswersAreRefused() throws Exception {
        breaksWith("an answer that was not asked for", started(), started());
    }

    @Test
    void anExitThatHidesOutputIsRefused() throws Exception {
        breaksWith("an exit whose output is longer than what was sent", started(), output(0, 5), exit(6));
    }

    @Test
    void aChannelThatWasNeverUsedIsRefused() throws Exception {
        byte[] other = started();
        ByteBuffer.wrap(other).putInt(4, 2);
        breaksWith("a frame on channel 2, which is not in use", other);
    }

    @Test
    void moreOutputThanTheWindowIsRefused() throws Exception {
        CompletableFuture<Void> never = new CompletableFuture<>();
        byte[][] frames = new byte[4][];
        frames[0] = started();
        for (int i = 1; i < frames.length; i++) {
            frames[i] = output((i - 1) * 30_000L, 30_000);
        }
        try (AgentConnection connection = connect(agent(WELCOME, frames))) {
            connection.start(Commands.command("true"), new CommandListener() {
                @Override
                public void bytes(Stream stream, long offset, byte[] data) {
                    never.join();
                }

                @Override
                public void ended(CommandEnd end) {}
            });
            assertThat(reason.get()).contains("more output than the window allows");
        }
        never.complete(null);
    }

    @Test
    void garbageEndsTheConnection() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 100; i++) {
            byte[] garbage = new byte[1 + random.nextInt(2000)];
            random.nextBytes(garbage);
            // A length that is out of range, so that it is never waited for.
            garbage[0] |= 1;
            Path path = agent(WELCOME, started(), garbage, new byte[9]);
            try (AgentConnection connection = connect(path)) {
                Recording recording = new Recording();
                try {
                    connection.start(Commands.command("true"), recording);
                    assertThat(recording.awaitEnd()).isInstanceOf(CommandEnd.Lost.class);
                } catch (AgentLostException _) {
                    // It broke so early that nothing was known to have started.
                }
            }
            Files.delete(path);
        }
    }

    @Test
    void anAgentThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> connect(directory.resolve("none.sock")))
                .isInstanceOf(AgentLostException.class)
                .hasMessageStartingWith("cannot connect to the agent at " + directory.resolve("none.sock"));
    }

    @Test
    void anAgentThatDoesNotAnswerIsGivenUp() throws Exception {
        Path path = agent(ByteBuffer.allocate(0));
        assertThatThrownBy(() -> AgentConnection.open(path, Duration.ofMillis(50), (stopped, why) -> {}))
                .isInstanceOf(AgentLostException.class)
                .hasMessageContaining("did not answer the hello in time");
    }
}

package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is heard of an agent that has left when something is written to it. */
@Timeout(60)
class LastWordsTest {
    private static final String BROKEN_PIPE = "Broken pipe";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private final CompletableFuture<String> reason = new CompletableFuture<>();

    /** The reader of a connection of which nothing is read yet, and the agent's end. */
    private record Connection(FrameReader reader, SocketChannel agent) {}

    private Connection connect(Duration timeout) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("agent.sock"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            FrameReader reader = new FrameReader(
                    address.getPath(),
                    SocketChannel.open(address),
                    timeout,
                    (stopped, why) -> reason.complete(stopped + " " + why));
            return new Connection(reader, server.accept());
        }
    }

    private static void say(SocketChannel agent, ByteBuffer frame) throws IOException {
        agent.write(frame);
    }

    @Test
    void whyTheAgentLeftIsHeardAlsoAfterAWriteThatFailed() throws Exception {
        Connection connection = connect(Duration.ofSeconds(30));
        try (SocketChannel agent = connection.agent()) {
            say(agent, LyingAgentTest.welcome());
            say(agent, ByteBuffer.wrap(HostilePeerStory.frame(FrameType.STOPPED, 0, ByteBuffer.allocate(0))));
        }
        connection.reader().failedToWrite(new IOException(BROKEN_PIPE));
        connection.reader().read();
        assertThat(reason.get()).startsWith("true ").endsWith("has closed the connection");
    }

    @Test
    void anAgentThatStaysIsNotWaitedForForEver() throws Exception {
        Connection connection = connect(Duration.ofMillis(100));
        try (SocketChannel agent = connection.agent()) {
            say(agent, LyingAgentTest.welcome());
            connection.reader().failedToWrite(new IOException(BROKEN_PIPE));
            connection.reader().read();
            assertThat(reason.get()).endsWith(BROKEN_PIPE);
            assertThat(agent.isOpen()).isTrue();
        }
    }
}

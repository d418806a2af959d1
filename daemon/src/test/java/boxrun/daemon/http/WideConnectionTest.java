package boxrun.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.websocket.WsConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The connections over a Unix socket, with real sockets and the real web server. */
@Timeout(60)
class WideConnectionTest {
    private final UnixDomainSocketAddress address;

    WideConnectionTest(@TempDir Path directory) {
        address = UnixDomainSocketAddress.of(directory.resolve("socket"));
    }

    /** Both ends of a connection. */
    private record Ends(SocketChannel near, SocketChannel far) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            near.close();
            far.close();
        }
    }

    private Ends connected() throws IOException {
        try (ServerSocketChannel server =
                ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address)) {
            SocketChannel near = SocketChannel.open(address);
            return new Ends(near, server.accept());
        }
    }

    /** If the web server gave its connections other names, all would still work, slowly. */
    @Test
    void eachConnectionOfTheWebServerIsWide() throws Exception {
        BlockingQueue<ConnectionContext> seen = new LinkedBlockingQueue<>();
        Arrivals arrivals = new Arrivals();
        Http1Config http = Http1Config.builder()
                .addReceiveListener(new Http1ConnectionListener() {
                    @Override
                    public void prologue(ConnectionContext connection, HttpPrologue prologue) {
                        seen.add(connection);
                    }
                })
                .build();
        WsConfig sockets = WsConfig.create();
        WebServer server = WebServer.builder()
                .featuresDiscoverServices(false)
                .shutdownHook(false)
                .bindAddress(address)
                .connectionOptions(new Acceptor(arrivals))
                .protocolsDiscoverServices(false)
                .addProtocol(sockets)
                .addConnectionSelector(new WideProtocol(arrivals, http, sockets))
                .routing(HttpRouting.builder().get("/", (_, response) -> response.send("hello")))
                .build()
                .start();
        try {
            for (int i = 0; i < 3; i++) {
                try (SocketChannel client = SocketChannel.open(address)) {
                    ServerFixture.write(client, "GET / HTTP/1.1\r\nHost: boxrun\r\nConnection: close\r\n\r\n");
                    assertThat(seen.take()).isInstanceOf(WideConnection.class);
                }
            }
        } finally {
            server.stop();
        }
    }

    @Test
    void ofTwoArrivalsWithOneNameNeitherIsFound() throws Exception {
        Arrivals arrivals = new Arrivals();
        try (Ends ends = connected()) {
            arrivals.add(ends.far());
            assertThat(arrivals.take("0x00000000")).isEmpty();
            assertThat(arrivals.take(Arrivals.name(ends.far()))).contains(ends.far());
            assertThat(arrivals.take(Arrivals.name(ends.far()))).isEmpty();
            arrivals.add(ends.far());
            arrivals.add(ends.far());
            assertThat(arrivals.take(Arrivals.name(ends.far()))).isEmpty();
        }
    }

    @Test
    void whatIsWrittenIsReadWholeInWhateverPieces() throws Exception {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        try (Ends ends = connected()) {
            Thread writing = Thread.ofVirtual().start(() -> {
                WideWriter writer = new WideWriter(ends.near());
                int at = 0;
                for (int size = 1; at < bytes.length; size = size * 3 + 1) {
                    int count = Math.min(size, bytes.length - at);
                    writer.write(BufferData.create(bytes, at, count));
                    at += count;
                }
                writer.write(BufferData.create("the "), BufferData.create("end"));
                close(ends.near());
            });
            WideReader reader = new WideReader(ends.far());
            ByteArrayOutputStream read = new ByteArrayOutputStream();
            for (byte[] piece = reader.get(); piece != null; piece = reader.get()) {
                assertThat(piece).isNotEmpty();
                read.writeBytes(piece);
            }
            writing.join();
            byte[] end = "the end".getBytes(StandardCharsets.US_ASCII);
            ByteBuffer expected =
                    ByteBuffer.allocate(bytes.length + end.length).put(bytes).put(end);
            assertThat(read.toByteArray()).isEqualTo(expected.array());
        }
    }

    /** What lies there already is read in one piece, when much came before. */
    @Test
    void whoSendsMuchIsReadFromInLargePieces() throws Exception {
        try (Ends ends = connected()) {
            WideReader reader = new WideReader(ends.far());
            write(ends.near(), 8 << 10);
            assertThat(reader.get()).hasSize(8 << 10);
            write(ends.near(), 64 << 10);
            assertThat(reader.get()).hasSize(64 << 10);
            write(ends.near(), 10);
            assertThat(reader.get()).hasSize(10);
            write(ends.near(), 64 << 10);
            assertThat(reader.get()).hasSize(8 << 10);
        }
    }

    private static void write(SocketChannel channel, int count) throws IOException {
        Channels.newOutputStream(channel).write(new byte[count]);
    }

    @Test
    void aConnectionThatIsClosedFailsAsTheWebServersOwnDo() throws Exception {
        try (Ends ends = connected()) {
            ends.far().close();
            assertThatThrownBy(() -> new WideReader(ends.far()).get()).isInstanceOf(ServerConnectionException.class);
            assertThatThrownBy(() -> new WideWriter(ends.far()).write(BufferData.create("x")))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package boxrun.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class WebSocketTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final HexFormat HEX = HexFormat.of();

    /** A frame as the server got it, unmasked. */
    private record Received(int opcode, String payload) {}

    /** What a server does once the handshake is done. */
    private interface Talk {
        void with(SocketChannel channel) throws IOException;
    }

    @Test
    void messagesOfEveryLengthArriveMaskedAndWhole() throws Exception {
        BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        try (ScriptedServer server = talking(channel -> {
                    while (true) {
                        received.add(receive(channel));
                    }
                });
                WebSocket socket = open(server)) {
            for (int length : new int[] {0, 1, 125, 126, 65535, 65536, 200_000}) {
                byte[] bytes = "x".repeat(length).getBytes(StandardCharsets.UTF_8);
                socket.send(bytes, 0, length);
                assertThat(received.take()).isEqualTo(new Received(2, "x".repeat(length)));
            }
            socket.send("grüße");
            assertThat(received.take()).isEqualTo(new Received(1, "grüße"));
            socket.send("abcdef".getBytes(StandardCharsets.UTF_8), 2, 3);
            assertThat(received.take()).isEqualTo(new Received(2, "cde"));
        }
    }

    @Test
    void messagesOfEveryLengthAreReceived() throws Exception {
        int[] lengths = {0, 1, 125, 126, 65535, 65536, 1 << 20};
        try (ScriptedServer server = talking(channel -> {
                    for (int length : lengths) {
                        ScriptedServer.write(channel, frame(0x82, new byte[length]));
                    }
                    ScriptedServer.write(channel, frame(0x81, "ü".getBytes(StandardCharsets.UTF_8)));
                });
                WebSocket socket = open(server)) {
            for (int length : lengths) {
                assertThat(bytes(socket.receive())).hasSize(length);
            }
            assertThat(socket.receive()).isEqualTo(new WebSocketMessage.Text("ü"));
            assertThatExceptionOfType(EOFException.class).isThrownBy(socket::receive);
        }
    }

    @Test
    void fragmentsAreJoinedAndAPingBetweenThemIsAnswered() throws Exception {
        BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        try (ScriptedServer server = talking(channel -> {
                    ScriptedServer.write(channel, frame(0x01, text("one ")));
                    ScriptedServer.write(channel, frame(0x89, text("there?")));
                    ScriptedServer.write(channel, frame(0x00, text("two ")));
                    ScriptedServer.write(channel, frame(0x80, text("three")));
                    received.add(receive(channel));
                    ScriptedServer.write(channel, frame(0x82, text("after")));
                });
                WebSocket socket = open(server)) {
            assertThat(socket.receive()).isEqualTo(new WebSocketMessage.Text("one two three"));
            assertThat(bytes(socket.receive())).isEqualTo(text("after"));
            assertThat(received.take()).isEqualTo(new Received(10, "there?"));
        }
    }

    @Test
    void framesMayArriveByteByByte() throws Exception {
        try (ScriptedServer server = talking(channel -> {
                    for (byte each : frame(0x82, new byte[300])) {
                        ScriptedServer.write(channel, new byte[] {each});
                    }
                });
                WebSocket socket = open(server)) {
            assertThat(bytes(socket.receive())).hasSize(300);
        }
    }

    @Test
    void aServersGoodbyeIsToldAndAnswered() throws Exception {
        BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        try (ScriptedServer server = talking(channel -> {
                    ScriptedServer.write(channel, frame(0x88, HEX.parseHex("03f3" + HEX.formatHex(text("gone")))));
                    received.add(receive(channel));
                });
                WebSocket socket = open(server)) {
            assertThat(socket.receive()).isEqualTo(new WebSocketMessage.Closed(1011, "gone"));
            assertThat(received.take()).isEqualTo(new Received(8, "\u0003\u00e8"));
        }
    }

    @Test
    void ourGoodbyeWaitsForTheAnswer() throws Exception {
        BlockingQueue<Received> received = new LinkedBlockingQueue<>();
        try (ScriptedServer server = talking(channel -> {
            received.add(receive(channel));
            ScriptedServer.write(channel, frame(0x82, text("late")));
            ScriptedServer.write(channel, frame(0x88, new byte[0]));
            received.add(new Received(channel.read(ByteBuffer.allocate(1)), "end"));
        })) {
            open(server).close();
            assertThat(received.take()).isEqualTo(new Received(8, "\u0003\u00e8"));
            assertThat(received.take()).isEqualTo(new Received(-1, "end"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8381616161, an unknown kind of frame",
        "c100, a reserved bit",
        "8180aabbccdd, a masked frame",
        "0900, a control frame that is fragmented or too long",
        "897e007e, a control frame that is fragmented or too long",
        "8000, fragments out of order",
        "01008100, fragments out of order",
        "827e0001, a length that is negative or not in its shortest form",
        "827f000000000000ffff, a length that is negative or not in its shortest form",
        "827fffffffffffffffff, a length that is negative or not in its shortest form",
        "827f0000000001000001, a message of more than 16777216 bytes",
        "8102c328, text that is not UTF-8",
        "880103, half a close code",
        "880203ed, the close code 1005",
        "88020000, the close code 0",
    })
    void whatTheProtocolForbidsEndsTheConnection(String frames, String what) throws Exception {
        try (ScriptedServer server = talking(channel -> ScriptedServer.write(channel, HEX.parseHex(frames)));
                WebSocket socket = open(server)) {
            assertThatExceptionOfType(HttpProtocolException.class)
                    .isThrownBy(socket::receive)
                    .withMessage("the server broke the WebSocket protocol: " + what);
            assertThatIOException().isThrownBy(socket::receive);
        }
    }

    @Test
    void garbageIsNeverMoreThanAnIoException() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            byte[] garbage = new byte[500];
            new Random(seed).nextBytes(garbage);
            try (ScriptedServer server = talking(channel -> ScriptedServer.write(channel, garbage));
                    WebSocket socket = open(server)) {
                assertThatIOException().isThrownBy(() -> {
                    while (true) {
                        socket.receive();
                    }
                });
            }
        }
    }

    @Test
    void receivingGoesOnWhileSendingIsBlocked() throws Exception {
        BlockingQueue<String> done = new LinkedBlockingQueue<>();
        try (ScriptedServer server = talking(channel -> {
                    // Reads nothing before all of this is written: more than the sockets buffer.
                    for (int i = 0; i < 64; i++) {
                        ScriptedServer.write(channel, frame(0x89, text("ping " + i)));
                        ScriptedServer.write(channel, frame(0x82, new byte[64 << 10]));
                    }
                    done.add("written");
                    while (receive(channel).opcode() != 1) {
                        // The flood and the pongs.
                    }
                    done.add("read");
                });
                WebSocket socket = open(server)) {
            Thread flood = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 64; i++) {
                        socket.send(new byte[64 << 10], 0, 64 << 10);
                    }
                    socket.send("end");
                } catch (IOException e) {
                    done.add(e.toString());
                }
            });
            for (int i = 0; i < 64; i++) {
                assertThat(bytes(socket.receive())).hasSize(64 << 10);
            }
            assertThat(done.take()).isEqualTo("written");
            flood.join();
            assertThat(done.take()).isEqualTo("read");
        }
    }

    @Test
    void aServerThatAnswersOtherwiseHasItsAnswerRead() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.answering("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnope")) {
            assertThatExceptionOfType(UpgradeRefusedException.class)
                    .isThrownBy(() -> open(server))
                    .satisfies(refused -> {
                        try (HttpResponse answer = refused.answer()) {
                            assertThat(answer.status()).isEqualTo(404);
                            assertThat(answer.body().readAllBytes()).isEqualTo(text("nope"));
                        }
                    });
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 OK\r\n\r\n",
                "HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
                "HTTP/1.1 101 OK\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n",
            })
    void aServerThatDoesNotKnowTheProtocolIsRefused(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(answer)) {
            assertThatExceptionOfType(HttpProtocolException.class).isThrownBy(() -> open(server));
        }
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] bytes(WebSocketMessage message) {
        assertThat(message).isInstanceOf(WebSocketMessage.Binary.class);
        ByteBuffer buffer = ((WebSocketMessage.Binary) message).bytes();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static WebSocket open(ScriptedServer server) throws IOException {
        return new HttpClient(server.address(), SOON)
                .upgrade(HttpRequest.of("GET", "/v1/run").within(SOON));
    }

    private static ScriptedServer talking(Talk talk) throws IOException {
        return new ScriptedServer((channel, head) -> {
            String key = head.replaceFirst("(?s).*Sec-WebSocket-Key: ([^\r]*)\r.*", "$1");
            ScriptedServer.write(
                    channel,
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n");
            talk.with(channel);
        });
    }

    private static String accept(String key) {
        try {
            byte[] joined = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(joined));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(payload.length);
        } else if (payload.length < 1 << 16) {
            frame.write(126);
            frame.writeBytes(
                    ByteBuffer.allocate(2).putShort((short) payload.length).array());
        } else {
            frame.write(127);
            frame.writeBytes(ByteBuffer.allocate(8).putLong(payload.length).array());
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static Received receive(SocketChannel channel) throws IOException {
        int first = read(channel, 1)[0] & 0xff;
        int second = read(channel, 1)[0] & 0xff;
        assertThat(second & 0x80).as("a client masks").isEqualTo(0x80);
        int length = second & 0x7f;
        if (length == 126) {
            length = ByteBuffer.wrap(read(channel, 2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = (int) ByteBuffer.wrap(read(channel, 8)).getLong();
        }
        byte[] mask = read(channel, 4);
        byte[] payload = read(channel, length);
        for (int i = 0; i < length; i++) {
            payload[i] ^= mask[i % 4];
        }
        boolean textual = (first & 0x0f) != 8;
        return new Received(
                first & 0x0f, new String(payload, textual ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    }

    private static byte[] read(SocketChannel channel, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException();
            }
        }
        return buffer.array();
    }
}

package boxrun.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.net.httpserver.HttpServer;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpClientTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Counts to a length without holding the bytes. */
    private static final class Zeros extends InputStream {
        private long left;

        Zeros(long length) {
            this.left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(left, length);
            Arrays.fill(into, offset, offset + count, (byte) 0);
            left -= count;
            return count;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100, 32 << 10, (32 << 10) + 1, 20 << 20})
    void aBodyOfAnyLengthComesBackFromARealServer(long length) throws Exception {
        for (long announced : new long[] {length, RequestBody.UNKNOWN}) {
            for (boolean chunkedAnswer : new boolean[] {true, false}) {
                assertThat(echo(new Zeros(length), announced, chunkedAnswer ? 0 : length == 0 ? -1 : length))
                        .isEqualTo(length);
            }
        }
    }

    private static long echo(InputStream content, long announced, long answerLength) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/echo", exchange -> {
            exchange.sendResponseHeaders(200, answerLength);
            try (OutputStream out = exchange.getResponseBody()) {
                exchange.getRequestBody().transferTo(out);
            }
        });
        server.start();
        try {
            Address address = new Address.Tcp("127.0.0.1", server.getAddress().getPort());
            HttpRequest request = HttpRequest.of("POST", "/echo")
                    .with(new RequestBody("application/octet-stream", content, announced));
            try (HttpResponse answer = new HttpClient(address, SOON).send(request)) {
                assertThat(answer.status()).isEqualTo(200);
                return answer.body().transferTo(OutputStream.nullOutputStream());
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theRequestSaysWhatItIs() throws Exception {
        try (ScriptedServer server = ScriptedServer.answering("HTTP/1.1 204 No Content\r\n\r\n")) {
            HttpRequest request = HttpRequest.of("POST", "/v1/x?y=%20")
                    .header("Accept", "text/event-stream")
                    .with(RequestBody.of("application/json", "{}".getBytes(StandardCharsets.UTF_8)));
            assertThat(text(server, request)).isEmpty();
            assertThat(server.head().split("\r\n", -1))
                    .containsExactly(
                            "POST /v1/x?y=%20 HTTP/1.1",
                            "Host: boxrun",
                            "Accept: text/event-stream",
                            "Connection: close",
                            "Content-Type: application/json",
                            "Content-Length: 2",
                            "",
                            "");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/a\r\nX: y", "a", "/ü"})
    void aTargetCannotSmuggleAnything(String target) {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpRequest.of("GET", target));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HttpRequest.of("GET", "/").header("X", "a\r\nY: b"));
    }

    @Test
    void anAnswerMayArriveByteByByte() throws Exception {
        String head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nA: 1\r\na: 2\r\n\r\n";
        String body = "3;x=y\r\nabc\r\n00a\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
        String chunked = "HTTP/1.1 100 Continue\r\n\r\n" + head + body;
        try (ScriptedServer server = ScriptedServer.dribbling(chunked);
                HttpResponse answer = client(server).send(HttpRequest.of("GET", "/"))) {
            assertThat(answer.header("A")).contains("1, 2");
            assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("abc0123456789");
            assertThat(answer.body().read()).isEqualTo(-1);
        }
        try (ScriptedServer server = ScriptedServer.dribbling("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcd")) {
            assertThat(text(server, HttpRequest.of("GET", "/"))).isEqualTo("abc");
        }
        try (ScriptedServer server = ScriptedServer.dribbling("HTTP/1.0 200\r\n\r\nuntil the end")) {
            assertThat(text(server, HttpRequest.of("GET", "/"))).isEqualTo("until the end");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK",
                "HTTP/1.1 200 OK\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
            })
    void anAnswerThatIsCutOffIsAnError(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(answer)) {
            assertThatExceptionOfType(EOFException.class)
                    .isThrownBy(() -> text(server, HttpRequest.of("GET", "/")))
                    .withMessageMatching("the (connection ended|answer was cut off) .*");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SSH-2.0-OpenSSH_9.2\r\n",
                "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 999999 OK\r\n\r\n",
                "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\n folded: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nbad name: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
            })
    void anAnswerThatIsNotHttpIsAnError(String answer) throws Exception {
        try (ScriptedServer server = ScriptedServer.answering(answer)) {
            assertThatExceptionOfType(HttpProtocolException.class)
                    .isThrownBy(() -> text(server, HttpRequest.of("GET", "/")));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'HTTP/1.1 200 OK\r\n','a: b\r\n'",
        "'HTTP/1.1 200 OK\r\na: ',x",
        "'','HTTP/1.1 100 Go on\r\n\r\n'",
        "'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n','a: b\r\n'",
        "'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0;',x"
    })
    void aFloodEndsEarly(String begin, String flood) throws Exception {
        try (ScriptedServer server = new ScriptedServer((channel, head) -> {
            ScriptedServer.write(channel, begin);
            byte[] more = flood.repeat(1000).getBytes(StandardCharsets.UTF_8);
            while (true) {
                ScriptedServer.write(channel, more);
            }
        })) {
            assertThatExceptionOfType(HttpProtocolException.class)
                    .isThrownBy(() -> text(server, HttpRequest.of("GET", "/")));
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsGivenUp() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((channel, head) -> await(over))) {
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(
                            () -> client(server).send(HttpRequest.of("GET", "/").within(Duration.ofMillis(50))))
                    .withMessage(server.address() + " did not answer within 50 ms");
            over.countDown();
        }
    }

    @Test
    void aServerMayAnswerWithoutReadingTheBody() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.answering("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")) {
            HttpRequest request =
                    HttpRequest.of("POST", "/").with(new RequestBody("x/y", new Zeros(1 << 30), RequestBody.UNKNOWN));
            try (HttpResponse answer = client(server).send(request)) {
                assertThat(answer.status()).isEqualTo(413);
                assertThat(answer.body().readAllBytes()).hasSize(2);
            }
        }
    }

    @Test
    void aBodyThatCannotBeReadIsTheErrorThatIsReported() throws Exception {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is on fire");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        };
        try (ScriptedServer server = new ScriptedServer((channel, head) -> {
            while (channel.read(ByteBuffer.allocate(1000)) >= 0) {
                // Waits for the end of the body.
            }
            ScriptedServer.write(channel, "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n");
        })) {
            HttpRequest request = HttpRequest.of("POST", "/").with(new RequestBody("x/y", broken, RequestBody.UNKNOWN));
            assertThatIOException()
                    .isThrownBy(() -> client(server).send(request))
                    .withMessage("the disk is on fire");
        }
    }

    @Test
    void closingAnAnswerEndsAReaderThatWaits() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedServer server = new ScriptedServer((channel, head) -> {
            ScriptedServer.write(channel, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
            await(over);
        })) {
            HttpResponse answer = client(server).send(HttpRequest.of("GET", "/"));
            assertThat(answer.body().read()).isEqualTo('x');
            Thread.ofVirtual().start(answer::close);
            assertThatIOException().isThrownBy(() -> answer.body().read());
            over.countDown();
        }
    }

    @Test
    void aServerThatIsNotThereCannotBeReached(@TempDir Path directory) {
        HttpClient nobody = new HttpClient(new Address.Unix(directory.resolve("none")), SOON);
        assertThatExceptionOfType(UnreachableException.class)
                .isThrownBy(() -> nobody.send(HttpRequest.of("GET", "/")))
                .withMessage("No such file or directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:///run/b.sock", "http://localhost:9090", "http://[::1]:80", "http://10.0.0.1:65535"})
    void addressesReadAsTheyAreWritten(String text) {
        assertThat(Address.parse(text, 9090)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "http://box, http://box:9090",
        "localhost, http://localhost:9090",
        "[::1], http://[::1]:9090",
        "10.0.0.1:80, http://10.0.0.1:80"
    })
    void whatAnAddressLeavesOutIsUsual(String text, String whole) {
        assertThat(Address.parse(text, 9090)).hasToString(whole);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "unix://relative",
                "https://x:1",
                "http://",
                "http://x:0",
                "http://x:99999",
                "::1",
                "x:y",
                "x/y"
            })
    void otherTextsAreNoAddresses(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Address.parse(text, 9090))
                .withMessage("expected unix:///path or http://host:port, got \"" + text + "\"");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpClient client(ScriptedServer server) {
        return new HttpClient(server.address(), SOON);
    }

    private static String text(ScriptedServer server, HttpRequest request) throws IOException {
        try (HttpResponse answer = client(server).send(request)) {
            return new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

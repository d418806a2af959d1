package boxrun.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ErrorCode;
import boxrun.api.Listen;
import boxrun.api.ProblemException;
import boxrun.api.Run;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.client.InteractiveRun;
import boxrun.client.OpenDoor;
import boxrun.client.RunEvent;
import boxrun.http.Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The API over TCP: who may use it. */
@Timeout(60)
class TcpTest {
    private static final int CALLERS = 20;

    private final ServerFixture server;
    private OpenDoor door;

    TcpTest(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory);
        door = open("127.0.0.1", null, false);
    }

    @AfterEach
    void close() {
        door.close();
        server.close();
    }

    private OpenDoor open(String host, @Nullable String token, boolean noToken) {
        return server.client().listen(new Listen(host, 0, token, noToken));
    }

    private Address.Tcp address() {
        return (Address.Tcp) Address.parse(door.where().url(), 1);
    }

    private String token() throws IOException {
        return Files.readString(server.home.token()).strip();
    }

    private RawHttp.Answer get(String... headers) throws IOException {
        String lines = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return new RawHttp(address()).send("GET /v1/boxes HTTP/1.1\r\n" + lines + "Connection: close\r\n\r\n");
    }

    @Test
    void whoHasTheTokenUsesTheApi() throws IOException {
        BoxrunClient client = server.answers.client(address(), token());
        Run run = new Run(
                "host", List.of("echo", "hi"), null, 64, null, null, null, null, null, null, null, null, null, null);
        assertThat(client.run(run).stdout()).isEqualTo("hi\n");
        try (InteractiveRun interactive = client.runInteractive(run, 80, 24)) {
            RunEvent last = interactive.next().orElseThrow();
            while (!(last instanceof RunEvent.Exit)) {
                last = interactive.next().orElseThrow();
            }
            assertThat(((RunEvent.Exit) last).data().exitCode()).isZero();
        }
    }

    @Test
    void theTokenIsMadeOnceAndForTheOwnerOnly() throws IOException {
        assertThat(door.where().tokenFile()).isEqualTo(server.home.token().toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.home.token())))
                .isEqualTo("rw-------");
        String first = token();
        assertThat(first).hasSizeGreaterThan(40);
        Files.setPosixFilePermissions(server.home.token(), PosixFilePermissions.fromString("rw-r--r--"));
        open("127.0.0.1", null, false).close();
        assertThat(token()).isEqualTo(first);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(server.home.token())))
                .isEqualTo("rw-------");
    }

    @Test
    void withoutTheRightTokenThereIsNothing() throws IOException {
        for (String header : List.of(
                "X-Nothing: 1",
                "Authorization: Bearer " + token() + "x",
                "Authorization: Bearer ",
                "Authorization: Basic " + token(),
                "Authorization: " + token())) {
            RawHttp.Answer answer = get("Host: localhost", header);
            assertThat(answer.status()).as(header).isEqualTo(401);
            assertThat(answer.code()).isEqualTo("UNAUTHORIZED");
            assertThat(answer.head()).contains("WWW-Authenticate: Bearer");
        }
        assertThat(get("Host: localhost", "authorization: bearer " + token()).status())
                .isEqualTo(200);
        String inTheQuery = "GET /v1/boxes?token=" + token() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
        assertThat(new RawHttp(address()).send(inTheQuery).status()).isEqualTo(401);
    }

    @Test
    void whatARefusedRequestWouldSendIsNotWaitedFor() throws IOException {
        RawHttp.Answer answer = new RawHttp(address())
                .send("POST /v1/images:load HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nabc");
        assertThat(answer.status()).isEqualTo(401);
    }

    @Test
    void onlyNamesOfThisServerAreHosts() throws IOException {
        String authorization = "Authorization: Bearer " + token();
        for (String host :
                List.of("localhost", "LocalHost:9090", "127.0.0.1:" + address().port(), "127.0.0.2", "[::1]:1")) {
            assertThat(get("Host: " + host, authorization).status()).as(host).isEqualTo(200);
        }
        for (String host : List.of("evil.example", "localhost.evil.example:9090", "10.0.0.1", "[::2]", "boxrun")) {
            RawHttp.Answer answer = get("Host: " + host, authorization);
            assertThat(answer.status()).as(host).isEqualTo(403);
            assertThat(answer.code()).isEqualTo("UNAUTHORIZED");
            assertThat(answer.message()).contains(host);
        }
        for (String[] headers :
                List.of(new String[] {authorization}, new String[] {"Host: a@b", authorization}, new String[] {
                    "Host: ", authorization
                })) {
            assertThat(get(headers).status()).as(String.join(" ", headers)).isIn(400, 403);
        }
    }

    @Test
    void noWebPageUsesTheApi() throws IOException {
        door.close();
        door = open("127.0.0.1", null, true);
        String host = "127.0.0.1:" + address().port();
        assertThat(get("Host: " + host).status()).isEqualTo(200);
        assertThat(get("Host: " + host, "Origin: http://" + host).status()).isEqualTo(200);
        for (String origin : List.of("http://evil.example", "null", "https://" + host, "http://localhost:3000", "")) {
            RawHttp.Answer answer = get("Host: " + host, "Origin: " + origin);
            assertThat(answer.status()).as(origin).isEqualTo(403);
            assertThat(answer.code()).isEqualTo("UNAUTHORIZED");
            assertThat(answer.head()).doesNotContain("Access-Control");
        }
        RawHttp.Answer preflight = new RawHttp(address())
                .send("OPTIONS /v1/boxes HTTP/1.1\r\nHost: " + host
                        + "\r\nOrigin: http://evil.example\r\nAccess-Control-Request-Method: POST\r\n\r\n");
        assertThat(preflight.status()).isEqualTo(403);
    }

    @Test
    void aWebSocketIsCheckedLikeARequest() throws IOException {
        String path = "/v1/run";
        assertThat(upgrade(path, "")).isEqualTo(401);
        assertThat(upgrade(path + "?token=wrong", "")).isEqualTo(401);
        assertThat(upgrade(path + "?token=" + token(), "")).isEqualTo(101);
        String authorization = "Authorization: Bearer " + token() + "\r\n";
        assertThat(upgrade(path, authorization)).isEqualTo(101);
        assertThat(upgrade(path, authorization + "Origin: http://evil.example\r\n"))
                .isEqualTo(403);
        assertThat(upgrade("/v1/boxes/nosuch/attach", authorization)).isEqualTo(404);
        assertThat(upgrade("/v1/boxes/nosuch/attach?token=" + token(), "")).isEqualTo(404);
        assertThat(upgrade("/v1/boxes/nosuch/attach", "")).isEqualTo(401);
    }

    private int upgrade(String target, String headers) throws IOException {
        try (var socket = address().open()) {
            address().connect(socket);
            ServerFixture.write(
                    socket,
                    "GET " + target + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + headers
                            + "\r\n");
            var status = java.nio.ByteBuffer.allocate(12);
            while (status.hasRemaining() && socket.read(status) >= 0) {}
            return Integer.parseInt(new String(status.array(), 9, 3, java.nio.charset.StandardCharsets.US_ASCII));
        }
    }

    @Test
    void theWebSocketOfAnotherMakerWorks() throws Exception {
        URI uri = URI.create(door.where().url().replace("http", "ws") + "/v1/run?token=" + token());
        LinkedBlockingQueue<String> frames = new LinkedBlockingQueue<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            WebSocket socket = client.newWebSocketBuilder()
                    .buildAsync(uri, new WebSocket.Listener() {
                        @Override
                        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                            server.answers.checkFrame("/v1/run", text.toString());
                            frames.add(text.toString());
                            from.request(1);
                            return null;
                        }
                    })
                    .join();
            socket.sendText("{\"type\":\"run\",\"image\":\"host\",\"cmd\":[\"sh\",\"-c\",\"exit 4\"]}", true)
                    .join();
            String frame = frames.take();
            while (!frame.contains("exit")) {
                frame = frames.take();
            }
            assertThat(frame).isEqualTo("{\"type\":\"exit\",\"code\":4}");
            URI without = URI.create(uri.toString().replaceAll("\\?.*", ""));
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> client.newWebSocketBuilder()
                            .buildAsync(without, new WebSocket.Listener() {})
                            .join())
                    .withCauseInstanceOf(WebSocketHandshakeException.class);
        }
    }

    @Test
    void whatIsForTheOwnersSocketIsNotHere() throws IOException {
        for (String path : List.of("/v1/shutdown", "/v1/listen")) {
            RawHttp.Answer answer = new RawHttp(address())
                    .send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token()
                            + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.message()).contains("Unix socket");
        }
        assertThat(server.shutdownAsked.getCount()).isEqualTo(1);
    }

    @Test
    void aDoorIsShutWhenItsClientGoes() throws Exception {
        BoxrunClient client = server.answers.client(address(), token());
        assertThat(client.info().engine()).isEqualTo("fake");
        door.close();
        while (isOpen(client)) {
            Thread.sleep(5);
        }
        assertThat(server.client().info().engine()).isEqualTo("fake");
    }

    @Test
    void whoComesWhileADoorIsShutIsNotLeftWaiting() throws Exception {
        for (int round = 0; round < 40; round++) {
            OpenDoor brief = open("127.0.0.1", null, false);
            Address.Tcp where = (Address.Tcp) Address.parse(brief.where().url(), 1);
            BoxrunClient client = new BoxrunClient(where, token());
            CountDownLatch begun = new CountDownLatch(CALLERS);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Thread.startVirtualThread(() -> {
                    boolean open = isOpen(client);
                    begun.countDown();
                    while (open) {
                        open = isOpen(client);
                    }
                }));
            }
            begun.await();
            brief.close();
            for (Thread caller : callers) {
                caller.join();
            }
        }
    }

    private static boolean isOpen(BoxrunClient client) {
        try {
            client.info();
            return true;
        } catch (ConnectionException shut) {
            return false;
        }
    }

    @Test
    void theEndOfTheDaemonIsToldToWhoeverHoldsTheDoor() throws IOException {
        assertThat(server.answers.client(address(), token()).boxes("all")).isEmpty();
        server.stop();
        door.awaitEnd();
    }

    @Test
    void aTokenOfOnesOwnIsNotWrittenDown() throws IOException {
        Files.delete(server.home.token());
        try (OpenDoor own = open("localhost", "abc.DEF-123==", false)) {
            assertThat(own.where().tokenFile()).isNull();
            Address address = Address.parse(own.where().url(), 1);
            assertThat(server.answers.client(address, "abc.DEF-123==").boxes("all"))
                    .isEmpty();
            assertThat(server.home.token()).doesNotExist();
        }
    }

    @Test
    void addressesOfTheNewKindWorkToo() throws IOException {
        try (OpenDoor six = open("::1", null, false)) {
            assertThat(six.where().url()).startsWith("http://[::1]:");
            Address address = Address.parse(six.where().url(), 1);
            assertThat(server.answers.client(address, token()).boxes("all")).isEmpty();
        }
    }

    @Test
    void whatCannotBeListenedAtIsSaid() throws IOException {
        refused(new Listen("0.0.0.0", 0, null, true), ErrorCode.VALIDATION_ERROR, "no_token");
        refused(new Listen("", 0, null, null), ErrorCode.VALIDATION_ERROR, "host");
        refused(new Listen("no.such.host.invalid", 0, null, null), ErrorCode.VALIDATION_ERROR, "no.such.host.invalid");
        refused(new Listen(null, 65536, null, null), ErrorCode.VALIDATION_ERROR, "port");
        refused(new Listen(null, -1, null, null), ErrorCode.VALIDATION_ERROR, "port");
        refused(new Listen(null, 0, "two words", null), ErrorCode.VALIDATION_ERROR, "token");
        Files.writeString(server.home.token(), "not a token\n");
        refused(new Listen(null, 0, null, null), ErrorCode.VALIDATION_ERROR, server.home.token() + " has no token");
        Files.delete(server.home.token());
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused(
                    new Listen(null, taken.getLocalPort(), null, null),
                    ErrorCode.RUNTIME_ERROR,
                    "127.0.0.1:" + taken.getLocalPort());
        }
    }

    private void refused(Listen listen, ErrorCode code, String words) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> server.client().listen(listen).close())
                .withMessageContaining(words)
                .satisfies(problem -> assertThat(problem.code()).isEqualTo(code));
    }
}

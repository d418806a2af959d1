package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Listen;
import boxrun.client.OpenDoor;
import boxrun.http.Address;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests whose bodies do not come to an end: they are answered, and the connection is closed. */
@Timeout(120)
class EndlessBodyTest extends ServerTest {
    private static final String PIECE = "x".repeat(1 << 14);
    private static final String FORM = String.join(
            "\r\n",
            "--b",
            "Content-Disposition: form-data; name=\"dest\"",
            "",
            "/f",
            "--b",
            "Content-Disposition: form-data; name=\"file\"; filename=\"f\"",
            "",
            "x",
            "--b--",
            "");

    EndlessBodyTest(@TempDir Path directory) throws Exception {
        super(directory);
    }

    /** How the body goes on after its beginning. */
    private enum Rest {
        FOR_EVER,
        NEVER
    }

    private record Case(String request, String type, String begin, Rest rest, int status) {}

    @Test
    void theAnswerDoesNotWaitForTheEndNorTheServerForEver() throws Exception {
        create("web");
        List<Case> cases = List.of(
                new Case(
                        "POST /v1/boxes", "application/json", "{\"name\":\"" + "y".repeat(5 << 20), Rest.FOR_EVER, 422),
                new Case("POST /v1/boxes", "application/json", "{\"name\":\"" + "y".repeat(5 << 20), Rest.NEVER, 422),
                new Case("POST /v1/boxes", "text/plain", "x", Rest.NEVER, 422),
                new Case("POST /v1/nothing", "application/json", "{\"name\":\"", Rest.NEVER, 404),
                new Case("GET /v1/boxes", "application/json", "{\"name\":\"", Rest.NEVER, 200),
                new Case(
                        "POST /v1/boxes/web/files/upload", "multipart/form-data; boundary=b", FORM, Rest.FOR_EVER, 200),
                new Case("POST /v1/boxes/none/files/upload", "multipart/form-data; boundary=b", FORM, Rest.NEVER, 404));
        try (OpenDoor door = server.client().listen(new Listen(null, 0, null, null))) {
            String token = "Authorization: Bearer "
                    + Files.readString(server.home.token()).strip() + "\r\n";
            Map<String, Integer> expected = new TreeMap<>();
            Map<String, Integer> answered = new ConcurrentSkipListMap<>();
            List<Thread> clients = new ArrayList<>();
            for (Address address :
                    List.of(server.address(), Address.parse(door.where().url(), 1))) {
                for (Case each : cases) {
                    String name = each.request() + " " + each.type() + " " + each.rest() + " " + address;
                    expected.put(name, each.status());
                    clients.add(Thread.startVirtualThread(() -> answered.put(name, answer(address, token, each))));
                }
            }
            for (Thread client : clients) {
                client.join();
            }
            assertThat(answered).isEqualTo(expected);
        }
    }

    /** The status of the answer, when the server has closed the connection. */
    private static int answer(Address address, String token, Case wanted) {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (SocketChannel socket = address.open()) {
            address.connect(socket);
            ServerFixture.write(
                    socket,
                    wanted.request() + " HTTP/1.1\r\nHost: localhost\r\n" + token + "Content-Type: " + wanted.type()
                            + "\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(wanted.begin()));
            if (wanted.rest() == Rest.FOR_EVER) {
                Thread.startVirtualThread(() -> sendForEver(socket));
            }
            ByteBuffer buffer = ByteBuffer.allocate(1 << 12);
            while (socket.read(buffer.clear()) >= 0) {
                answer.write(buffer.array(), 0, buffer.position());
            }
        } catch (IOException closedWithoutReadingAll) {
            // What was read before counts.
        }
        return new RawHttp.Answer(answer.toString(UTF_8)).status();
    }

    private static String chunk(String content) {
        return Integer.toHexString(content.length()) + "\r\n" + content + "\r\n";
    }

    private static void sendForEver(SocketChannel socket) {
        try {
            while (true) {
                ServerFixture.write(socket, chunk(PIECE));
            }
        } catch (IOException closed) {
            // As it should be.
        }
    }
}

package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.Exec;
import boxrun.api.Listen;
import boxrun.api.StartExec;
import boxrun.client.OpenDoor;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.http.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Every operation of openapi.json and what can be wrong with a request to it: the status and the code of docs/api.md,
 * in JSON, within the time that {@link RawHttp} gives each request. Over the Unix socket and over TCP.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
class ErrorTableTest {
    private static final String WEB = "web";
    private static final String IDLE = "idle";
    /** More would hide the first of them. */
    private static final int ENOUGH = 100;

    private final DaemonProcess daemon;
    private OpenDoor door;
    private Exec exec;

    ErrorTableTest() throws IOException {
        daemon = new DaemonProcess().start();
        daemon.box("{\"name\":\"web\",\"memory_mb\":64}");
        daemon.box("{\"name\":\"idle\",\"memory_mb\":64}");
        daemon.client().stop(IDLE, Duration.ZERO);
        exec = daemon.client()
                .execs(WEB)
                .start(new StartExec(List.of("sleep", "100000"), null, null, null, null, null, null));
        door = daemon.owner().listen(new Listen(null, 0, null, null));
    }

    @AfterAll
    void close() throws IOException {
        try (daemon) {
            door.close();
        }
    }

    @Test
    void whateverIsWrongIsSaidInJson() throws IOException {
        everyRow(unix(), "Host: boxrun\r\n", true);
    }

    @Test
    void whateverIsWrongIsSaidInJsonOverTcpToo() throws IOException {
        everyRow(tcp(), tcpHead(), false);
    }

    private RawHttp unix() {
        return new RawHttp(daemon.owner().address());
    }

    private RawHttp tcp() {
        return new RawHttp(Address.parse(door.where().url(), 1));
    }

    private String tcpHead() throws IOException {
        String token = Files.readString(daemon.state().resolve("token")).strip();
        return "Host: localhost\r\nAuthorization: Bearer " + token + "\r\n";
    }

    private void everyRow(RawHttp http, String head, boolean owner) throws IOException {
        Places places = new Places(WEB, exec.id(), IDLE, owner);
        List<ErrorRow> rows = Stream.of(
                        PathRows.all(places), BodyRows.all(places), QueryRows.all(places), StateRows.all(places))
                .flatMap(List::stream)
                .toList();
        List<String> wrong = new ArrayList<>();
        for (ErrorRow row : rows) {
            try {
                row.wrong(http.send(row.request(head))).ifPresent(what -> wrong.add(row + ": " + what));
            } catch (RuntimeException | AssertionError e) {
                wrong.add(row + ": " + e);
            }
        }
        assertThat(wrong.stream().limit(ENOUGH))
                .as(wrong.size() + " of " + rows.size() + " rows")
                .isEmpty();
        removeWhatTheRightOnesMade();
    }

    private void removeWhatTheRightOnesMade() {
        for (Box box : daemon.client().boxes("all")) {
            if (!WEB.equals(box.name()) && !IDLE.equals(box.name())) {
                daemon.client().remove(box.id(), true);
            }
        }
    }

    private static String chunked(String head, String chunks) {
        return "POST /v1/gc HTTP/1.1\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n" + chunks;
    }

    /** What is hardly a request is refused in JSON, or the connection ends. */
    @Test
    void garbageIsRefused() throws IOException {
        String head = tcpHead();
        List<String> wrong = new ArrayList<>();
        for (String bytes : List.of(
                "HELLO\r\n\r\n",
                "GET\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n",
                "GET  / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nno colon\r\n\r\n",
                "GET / HTTP/1.1\r\n" + head + "Content-Length: x\r\n\r\n",
                chunked(head, "zz\r\n"),
                chunked(head, "-2\r\n{}\r\n0\r\n\r\n"),
                chunked(head, "2\n{}\r\n0\r\n\r\n"),
                chunked(head, "2\r\n{}xx\r\n0\r\n\r\n"),
                chunked(head, "\r\n"),
                chunked(head, "0".repeat(100_000)),
                chunked(head, "fffffffffffffffff\r\n"),
                "GET /%zz HTTP/1.1\r\n" + head + "\r\n",
                "GET /v1/boxes/%00 HTTP/1.1\r\n" + head + "Connection: close\r\n\r\n",
                "GET / HTTP/1.1\r\n" + head + "X: " + "x".repeat(100_000) + "\r\n\r\n",
                "GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n" + head + "\r\n",
                "GET / HTTP/1.1\r\n" + head + "X: y\r\n".repeat(20_000) + "\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) {
            for (RawHttp http : List.of(tcp(), unix())) {
                String brief = bytes.replace(head, "...").replaceAll("(x|X: y\r\n)\\1+", "$1..");
                try {
                    RawHttp.Answer answer = http.send(bytes.getBytes(ISO_8859_1));
                    if (!answer.text().isEmpty()
                            && (answer.status() < 400 || answer.code().isEmpty())) {
                        wrong.add(brief + ": " + answer.text());
                    }
                } catch (RuntimeException | AssertionError e) {
                    wrong.add(brief + ": " + e);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}

package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.CreateBox;
import boxrun.api.Exec;
import boxrun.api.StartExec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams of events that have nothing to say for a long time. */
@Timeout(180)
class QuietStreamTest {
    private static final String COMMENT = "\r\n:\n\n\r\n";

    private final ServerFixture server;

    QuietStreamTest(@TempDir Path directory) throws Exception {
        server = new ServerFixture(directory);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void itIsKeptAliveByCommentsAndEndsInOrderWithTheDaemon() throws Exception {
        server.client().create(new CreateBox("host", "web", null, 64, null, null, null, null, null));
        StartExec silent = new StartExec(List.of("sleep", "1000"), null, null, null, null, null, null);
        Exec exec = server.client().execs("web").start(silent);
        List<String> requests = List.of(
                "GET /v1/events",
                "GET /v1/events?box=web",
                "GET /v1/boxes/web/exec/" + exec.id() + "/events",
                "POST /v1/listen {\"port\":0}");
        List<SocketChannel> streams = new ArrayList<>();
        for (String request : requests) {
            streams.add(open(request));
        }
        for (SocketChannel stream : streams) {
            // The first begins the stream, the next ones come when nothing else has for a while.
            readUntil(stream, text -> text.split(COMMENT, -1).length > 2);
        }
        server.stop();
        for (int i = 0; i < streams.size(); i++) {
            try (SocketChannel stream = streams.get(i)) {
                assertThat(readUntil(stream, never -> false))
                        .as(requests.get(i))
                        .endsWith("0\r\n\r\n");
            }
        }
    }

    private SocketChannel open(String request) throws IOException {
        int brace = request.indexOf(" {");
        String body = brace < 0 ? "" : request.substring(brace + 1);
        String line = brace < 0 ? request : request.substring(0, brace);
        SocketChannel stream = server.connect();
        ServerFixture.write(
                stream,
                line + " HTTP/1.1\r\nHost: boxrun\r\nAccept: text/event-stream\r\n"
                        + (body.isEmpty()
                                ? ""
                                : "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n")
                        + "\r\n" + body);
        return stream;
    }

    /** Reads until the text is as wanted, or to the end of the stream. */
    private static String readUntil(SocketChannel stream, Predicate<String> enough) throws IOException {
        StringBuilder seen = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 12);
        while (!enough.test(seen.toString()) && stream.read(buffer.clear()) >= 0) {
            seen.append(UTF_8.decode(buffer.flip()));
        }
        return seen.toString();
    }
}

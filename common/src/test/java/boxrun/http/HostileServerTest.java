package boxrun.http;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.fuzz.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a server sends: it is an answer, or an {@link IOException}. */
@Timeout(120)
class HostileServerTest {
    private static final long MEBIBYTE = 1 << 20;

    @Test
    void anyAnswerIsReadOrRefused() throws Exception {
        BlockingQueue<byte[]> answers = new ArrayBlockingQueue<>(1);
        try (ScriptedServer server = new ScriptedServer((channel, head) -> send(channel, answers))) {
            HttpClient client = new HttpClient(server.address(), Duration.ofSeconds(10));
            Fuzz.Tally tally = new Fuzz(
                            Fuzz.corpus(getClass(), "corpus-http"), List.of(IOException.class), 2 * MEBIBYTE)
                    .run(answer -> {
                        answers.put(answer);
                        try (HttpResponse response = client.send(HttpRequest.of("GET", "/"))) {
                            response.body().readAllBytes();
                        } finally {
                            server.head();
                        }
                    });
            assertThat(tally.read()).isPositive();
            assertThat(tally.refused()).isPositive();
        }
    }

    private static void send(SocketChannel channel, BlockingQueue<byte[]> answers) throws IOException {
        try {
            ScriptedServer.write(channel, answers.take());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void anyStreamOfEventsIsReadOrRefused() {
        Fuzz.Tally tally = new Fuzz(Fuzz.corpus(getClass(), "corpus-sse"), List.of(IOException.class), MEBIBYTE)
                .run(stream -> {
                    SseReader reader = new SseReader(new ByteArrayInputStream(stream), 4096);
                    while (reader.next().isPresent()) {}
                });
        assertThat(tally.read()).isPositive();
        assertThat(tally.refused()).isPositive();
    }

    @Test
    void anyFramesOfAWebSocketAreReadOrRefused() throws Exception {
        BlockingQueue<byte[]> answers = new ArrayBlockingQueue<>(1);
        try (ScriptedServer server = new ScriptedServer((channel, head) -> send(channel, answers))) {
            Fuzz fuzz =
                    new Fuzz(Fuzz.corpus(getClass(), "corpus-websocket"), List.of(IOException.class), 20 * MEBIBYTE);
            Fuzz.Tally tally = fuzz.run(frames -> {
                answers.put(frames);
                try (SocketChannel channel = server.address().open()) {
                    server.address().connect(channel);
                    ScriptedServer.write(channel, "\r\n\r\n");
                    readToTheClose(new FrameReader(new ChannelInput(channel)));
                } finally {
                    server.head();
                }
            });
            assertThat(tally.read()).isPositive();
            assertThat(tally.refused()).isPositive();
        }
    }

    private static void readToTheClose(FrameReader reader) throws IOException {
        while (true) {
            FrameReader.Message message = reader.next();
            switch (message.opcode()) {
                case TEXT -> FrameReader.utf8(message.payload());
                case CLOSE -> {
                    FrameReader.closed(message.payload());
                    return;
                }
                case BINARY, PING, PONG, CONTINUATION -> {}
            }
        }
    }
}

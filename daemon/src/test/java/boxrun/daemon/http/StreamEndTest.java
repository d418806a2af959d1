package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Exec;
import boxrun.api.StartExec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Streams of events in the middle of which the daemon ends in order. */
@Timeout(120)
class StreamEndTest extends ServerTest {
    private static final int LINES = 3_000_000;
    private static final int SMALL = 4096;

    StreamEndTest(@TempDir Path directory) throws Exception {
        super(directory);
    }

    /** The reader is so slow that the daemon is writing whenever it is asked to end. */
    @Test
    void everyEventIsWholeAndTheAnswerEndsInOrder() throws Exception {
        create("web");
        Exec exec = client.execs("web")
                .start(new StartExec(List.of("seq", "" + LINES), null, null, null, null, null, null));
        client.execs("web").await(exec.id(), Duration.ofMinutes(1));
        for (int i = 0; i < 20; i++) {
            client.execs("web").start(new StartExec(List.of("true"), null, null, null, null, null, null));
        }
        String events = "/v1/boxes/web/exec/" + exec.id() + "/events";
        List<Reading> streams = new ArrayList<>();
        for (String target : List.of(events, events + "?follow=false", "/v1/events?after=0")) {
            SocketChannel stream = server.connect();
            ServerFixture.write(stream, "GET " + target + " HTTP/1.1\r\nHost: boxrun\r\n\r\n");
            streams.add(new Reading(target, stream, new ByteArrayOutputStream()));
        }
        for (Reading stream : streams) {
            assertThat(stream.more()).isTrue();
        }
        Thread stopping = Thread.startVirtualThread(server::stop);
        List<Thread> readers = streams.stream()
                .map(stream -> Thread.startVirtualThread(stream::toTheEnd))
                .toList();
        for (Thread reader : readers) {
            reader.join();
        }
        stopping.join();
        for (Reading stream : streams) {
            RawHttp.Answer answer = new RawHttp.Answer(stream.seen().toString(UTF_8));
            assertThat(answer.isWhole()).as(stream.target() + " ends in order").isTrue();
            assertThat(answer.body().endsWith("\n\n"))
                    .as(stream.target() + " has whole events")
                    .isTrue();
            if (stream.target().startsWith(events)) {
                List<Integer> ids = answer.body()
                        .lines()
                        .filter(line -> line.startsWith("id: "))
                        .map(line -> Integer.parseInt(line.substring(4)))
                        .toList();
                assertThat(ids)
                        .isEqualTo(IntStream.rangeClosed(1, ids.size()).boxed().toList());
            }
        }
    }

    /** A stream that is read in small pieces. */
    private record Reading(String target, SocketChannel channel, ByteArrayOutputStream seen) {
        void toTheEnd() {
            try (channel) {
                while (more()) {}
            } catch (IOException broken) {
                seen.writeBytes("(broken)".getBytes(UTF_8));
            }
        }

        boolean more() throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(SMALL);
            int count = channel.read(buffer);
            seen.write(buffer.array(), 0, buffer.position());
            return count >= 0;
        }
    }
}

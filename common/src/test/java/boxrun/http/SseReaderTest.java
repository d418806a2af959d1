package boxrun.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class SseReaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n"})
    void linesEndInThreeWays(String end) throws IOException {
        assertThat(read("id: 7\nevent: log\ndata: a\ndata:b\n\ndata\n\n: comment\nretry: 5\ndata:  c\n\n"
                        .replace("\n", end)))
                .containsExactly(
                        new SseEvent("log", "a\nb", "7"),
                        new SseEvent("message", "", "7"),
                        new SseEvent("message", " c", "7"));
    }

    @Test
    void anEventWithoutDataOrEndIsNone() throws IOException {
        assertThat(read("event: x\n\nid: 1\n\ndata: kept\n\ndata: cut off\n"))
                .containsExactly(new SseEvent("message", "kept", "1"));
        assertThat(read("")).isEmpty();
    }

    @Test
    void aByteOrderMarkIsSkippedOnceAndTextIsUtf8() throws IOException {
        assertThat(read("\uFEFFdata: é𝄞\n\ndata: \uFEFFx\n\n"))
                .containsExactly(new SseEvent("message", "é𝄞", ""), new SseEvent("message", "\uFEFFx", ""));
    }

    @Test
    void anIdWithANullCharacterIsIgnoredAndAnEmptyOneForgets() throws IOException {
        assertThat(read("id: 1\ndata: a\n\nid: 2\u0000\ndata: b\n\nid\ndata: c\n\n"))
                .extracting(SseEvent::lastId)
                .containsExactly("1", "1", "");
    }

    @Test
    void anEndlessLineOrEventIsRefused() {
        InputStream line = endless("data: xxxxxxxx");
        assertThatExceptionOfType(HttpProtocolException.class)
                .isThrownBy(() -> new SseReader(line, 10_000).next())
                .withMessage("an event is larger than 10000 bytes");
        InputStream event = endless("data: x\n");
        assertThatExceptionOfType(HttpProtocolException.class).isThrownBy(() -> new SseReader(event, 10_000).next());
    }

    private static InputStream endless(String piece) {
        byte[] bytes = piece.getBytes(StandardCharsets.UTF_8);
        return new InputStream() {
            private int position;

            @Override
            public int read() {
                return bytes[position++ % bytes.length];
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                into[offset] = (byte) read();
                return 1;
            }
        };
    }

    private static List<SseEvent> read(String text) throws IOException {
        List<SseEvent> whole =
                read(new SseReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 1000));
        InputStream single = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, 1);
            }
        };
        assertThat(read(new SseReader(single, 1000))).isEqualTo(whole);
        return whole;
    }

    private static List<SseEvent> read(SseReader reader) throws IOException {
        List<SseEvent> events = new ArrayList<>();
        for (Optional<SseEvent> event = reader.next(); event.isPresent(); event = reader.next()) {
            events.add(event.get());
        }
        return events;
    }
}

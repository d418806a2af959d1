package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helidon.common.buffers.DataReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies in chunks. */
@Timeout(60)
class ChunkedBodyTest {
    private static final String WHOLE =
            "4;name=value\r\nWiki\r\n00005\r\npedia\r\nE \r\n in\r\n\r\nchunks.\r\n" + "0\r\nTrailer: x\r\n\r\nGET";

    @Test
    void contentIsTheSameHoweverItArrivesAndWhatFollowsIsLeft() throws IOException {
        for (int piece = 1; piece <= WHOLE.length(); piece++) {
            DataReader connection = connection(WHOLE, piece);
            byte[] content = new ChunkedBody(connection).readAllBytes();
            assertThat(new String(content, US_ASCII)).isEqualTo("Wikipedia in\r\n\r\nchunks.");
            assertThat(connection.readAsciiString(3)).isEqualTo("GET");
        }
    }

    @Test
    void aChunkIsPassedOnBeforeItHasAllCome() {
        ChunkedBody body = new ChunkedBody(connection("7fffffffffffff\r\nab", 18));
        byte[] some = new byte[10];
        assertThat(body.read(some, 3, 7)).isEqualTo(2);
        assertThat(new String(some, 3, 2, US_ASCII)).isEqualTo("ab");
        assertThatThrownBy(body::read).matches(Answers::isClientGone);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x\r\n",
                "\r\n",
                "-1\r\na\r\n",
                "1\na\r\n",
                "1\r\nab\r\n",
                "1\r\na\n\r",
                "fffffffffffffffff\r\n",
                "0x1\r\na\r\n"
            })
    void damagedChunksAreRefused(String chunks) {
        ChunkedBody body = new ChunkedBody(connection(chunks + "0\r\n\r\n", 100));
        assertThatThrownBy(body::readAllBytes).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHasNoEndCostsNoMemory() {
        for (String begin : new String[] {"", "1;", "0\r\n"}) {
            ChunkedBody body = new ChunkedBody(connection(begin + "0".repeat(100_000), 1000));
            assertThatThrownBy(body::readAllBytes).isInstanceOf(IllegalArgumentException.class);
        }
        ChunkedBody trailers = new ChunkedBody(connection("0\r\n" + "a: b\r\n".repeat(100), 1000));
        assertThatThrownBy(trailers::readAllBytes).isInstanceOf(IllegalArgumentException.class);
    }

    private static DataReader connection(String text, int piece) {
        ByteArrayInputStream bytes = new ByteArrayInputStream(text.getBytes(US_ASCII));
        return DataReader.create(() -> {
            try {
                byte[] next = bytes.readNBytes(piece);
                return next.length == 0 ? null : next;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}

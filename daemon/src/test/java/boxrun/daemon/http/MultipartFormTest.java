package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.http.MultipartForm.Part;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MultipartFormTest {
    private static final String TYPE = "multipart/form-data; boundary=B";

    /** Gives a stream in pieces of this size, as a socket might. */
    private static InputStream pieces(byte[] bytes, int size) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                return super.read(into, offset, Math.min(length, size));
            }
        };
    }

    private static List<String> parts(String type, String body, int pieces) throws IOException {
        MultipartForm form = new MultipartForm(type, pieces(body.getBytes(ISO_8859_1), pieces));
        List<String> parts = new ArrayList<>();
        for (Optional<Part> part = form.next(); part.isPresent(); part = form.next()) {
            parts.add(part.get().name() + " " + part.get().fileName().orElse("-") + " "
                    + new String(part.get().content().readAllBytes(), ISO_8859_1));
        }
        return parts;
    }

    private static String part(String disposition, String content) {
        return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 1000})
    void partsComeInOrderHoweverTheyArrive(int pieces) throws IOException {
        String almost = "\r\n--\r\n--A\r\n-\r\n\r--B\n--B";
        String body = "preamble\r\n" + part("name=dest", "/x") + part("name=\"file\"; filename=\"a\"", almost)
                + part("name=empty", "") + "--B--\r\nepilogue";
        assertThat(parts(TYPE, body, pieces)).containsExactly("dest - /x", "file a " + almost, "empty - ");
    }

    @Test
    void contentOfAnySizeComesAsItIs() throws IOException {
        Random random = new Random(1);
        for (int size : new int[] {1, 262_140, 262_144, 262_150, 700_000, 3_000_000}) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            // Many beginnings of a delimiter that are none.
            for (int i = 0; i + 4 < size; i += 37) {
                System.arraycopy("\r\n--".getBytes(ISO_8859_1), 0, content, i, 4);
            }
            String text = new String(content, ISO_8859_1).replace('B', 'C');
            List<String> parts = parts(TYPE, part("name=file", text) + part("name=dest", "/x") + "--B--", 100_000);
            assertThat(parts.getFirst().equals("file - " + text))
                    .as("size %s", size)
                    .isTrue();
            assertThat(parts).hasSize(2);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "filename=\"plain name.txt\"|plain name.txt",
                "filename=token|token",
                "filename=\"with \\\"quotes\\\" and \\\\ and \\n\"|n",
                "filename=\"C:\\dir\\file.txt\"|file.txt",
                "filename=\"../../etc/passwd\"|passwd",
                "filename=\"..\"|-",
                "filename=\"\"|-",
                "filename=\"dir/\"|-",
                "filename=\"semi;colon\" ; other = x|semi;colon",
                "FILENAME = \"case\"|case",
                "filename=\"first\"; filename=\"second\"|first",
                "filename|-",
                "filename=|-",
                "filename=\"unclosed|unclosed"
            })
    void aFileNameIsTheLastOneOfWhatIsSaid(String parameter, String expected) throws IOException {
        assertThat(parts(TYPE, part("name=file; " + parameter, "x") + "--B--", 1000))
                .containsExactly("file " + expected + " x");
    }

    @Test
    void namesAreUtf8() throws IOException {
        byte[] body = (part("name=file; filename=\"grün.txt\"", "x") + "--B--").getBytes(UTF_8);
        MultipartForm form = new MultipartForm(TYPE, new ByteArrayInputStream(body));
        assertThat(form.next().orElseThrow().fileName()).contains("grün.txt");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, must be a form",
        "'', must be a form",
        "multipart/form-data, boundary",
        "multipart/form-data; boundary=, boundary",
        "multipart/form-data; boundary=\"\", boundary",
        "multipart/mixed; boundary=B, must be a form"
    })
    void aTypeThatIsNoFormIsRefused(String type, String words) {
        assertRefused(type, "--B--", words);
    }

    @Test
    void aDamagedFormIsRefused() {
        String good = part("name=dest", "/x");
        assertRefused(TYPE, "", "no closing boundary");
        assertRefused(TYPE, "--", "no closing boundary");
        assertRefused(TYPE, good, "no closing boundary");
        assertRefused(TYPE, good + "--B", "no closing boundary");
        assertRefused(TYPE, good + "--B-", "no closing boundary");
        assertRefused(TYPE, good.substring(0, good.length() - 4), "no closing boundary");
        assertRefused(TYPE, "--B\r\nContent-Disposition: form-data; name=x", "no closing boundary");
        assertRefused(TYPE, "--Bogus\r\n\r\n\r\n--B--", "followed by something else");
        assertRefused(TYPE, "--B\r\n\r\nx\r\n--B--", "no name");
        assertRefused(TYPE, "--B\r\nContent-Disposition: attachment; name=x\r\n\r\nx\r\n--B--", "no name");
        assertRefused(TYPE, "--B\r\nno header at all\r\n\r\nx\r\n--B--", "no name");
        assertRefused(TYPE, "--B\r\nX: " + "x".repeat(20_000) + "\r\n\r\n\r\n--B--", "longer than");
        assertRefused(TYPE, "--B\r\n" + "X: y\r\n".repeat(10_000) + "\r\n\r\n--B--", "longer than");
        assertRefused(TYPE, "--B" + " ".repeat(20_000) + "\r\n\r\n\r\n--B--", "longer than");
        assertRefused(TYPE, "x".repeat(70_000) + "\r\n" + good + "--B--", "does not begin");
        assertRefused(TYPE, good.repeat(65) + "--B--", "more than 64 parts");
        assertRefused(
                TYPE,
                "--B\r\nContent-Disposition: form-data; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\nx\r\n--B--",
                "base64");
    }

    @Test
    void aFieldThatIsTooLongIsRefused() throws IOException {
        byte[] body = (part("name=dest", "x".repeat(5000)) + "--B--").getBytes(UTF_8);
        Part part =
                new MultipartForm(TYPE, new ByteArrayInputStream(body)).next().orElseThrow();
        assertThatThrownBy(() -> part.text(4096)).hasMessageContaining("dest is longer than 4096");
    }

    private static void assertRefused(String type, String body, String words) {
        assertThatThrownBy(() -> parts(type, body, 1000))
                .isInstanceOfSatisfying(ProblemException.class, problem -> {
                    assertThat(problem.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                    assertThat(problem.status()).isEqualTo(400);
                })
                .hasMessageContaining(words);
    }
}

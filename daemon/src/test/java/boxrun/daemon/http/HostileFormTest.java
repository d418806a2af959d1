package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.ProblemException;
import boxrun.daemon.http.MultipartForm.Part;
import boxrun.fuzz.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Changed uploads are read, or refused as what they are; see {@link Fuzz}. */
@Timeout(120)
class HostileFormTest {
    /** Each form has a buffer; the first refusal loads classes. */
    private static final int MOST_BYTES = 24 << 20;

    private static final String BOUNDARY = "multipart/form-data; boundary=";

    @Test
    void aFormIsReadOrRefused() {
        Fuzz.Tally tally = new Fuzz(Fuzz.corpus(getClass(), "corpus-form"), List.of(ProblemException.class), MOST_BYTES)
                .run(form -> read(BOUNDARY + "B", form));
        assertThat(tally.read()).isPositive();
        assertThat(tally.refused()).isPositive();
    }

    @Test
    void theTypeOfAFormIsReadOrRefused() {
        byte[] form = "--B\r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--B--\r\n".getBytes(UTF_8);
        List<byte[]> types = List.of(
                (BOUNDARY + "B").getBytes(UTF_8),
                "Multipart/Form-Data ; charset=utf-8; boundary=\"B\"".getBytes(UTF_8));
        Fuzz.Tally tally = new Fuzz(types, List.of(ProblemException.class), MOST_BYTES)
                .run(type -> read(new String(type, ISO_8859_1), form));
        assertThat(tally.read()).isPositive();
        assertThat(tally.refused()).isPositive();
    }

    private static void read(String type, byte[] body) throws IOException {
        MultipartForm form = new MultipartForm(type, new ByteArrayInputStream(body));
        for (Optional<Part> part = form.next(); part.isPresent(); part = form.next()) {
            part.get().content().transferTo(OutputStream.nullOutputStream());
        }
    }
}

package boxrun.daemon.http;

import static boxrun.daemon.http.ConformanceClient.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Files, as their users know them. */
interface FileConformance extends ConformanceStory {
    @Test
    default void filesGoInAndComeOut() throws Exception {
        String box = text(client().box(""), "id");
        for (String field : List.of("dest", "path")) {
            String form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n"
                    + "Content-Type: application/octet-stream\r\n\r\nbytes of " + field + "\r\n--b\r\n"
                    + "Content-Disposition: form-data; name=\"" + field + "\"\r\n\r\n/tmp/new/" + field
                    + "\r\n--b--\r\n";
            HttpRequest upload = client().request("/v1/boxes/" + box + "/files/upload")
                    .header("Content-Type", "multipart/form-data; boundary=b")
                    .POST(BodyPublishers.ofString(form))
                    .build();
            HttpResponse<byte[]> answer = client().send(upload);
            assertThat(new String(answer.body(), UTF_8)).isEqualTo("{\"ok\":true,\"dest\":\"/tmp/new/" + field + "\"}");
            HttpResponse<byte[]> file = client().send(
                            "POST", "/v1/boxes/" + box + "/files/download", "{\"path\":\"/tmp/new/" + field + "\"}");
            assertThat(new String(file.body(), UTF_8)).isEqualTo("bytes of " + field);
            assertThat(file.headers().firstValue("Content-Type")).contains("application/octet-stream");
            assertThat(file.headers().firstValue("Content-Disposition").orElse(""))
                    .contains(field);
        }
        String missing = "/v1/boxes/" + box + "/files/download";
        assertThat(text(client().ask(404, "POST", missing, "{\"path\":\"/no/such\"}"), "code"))
                .isEqualTo("FILE_NOT_FOUND");
    }
}

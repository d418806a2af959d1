package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.engine.BoxId;
import boxrun.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The form of uploads and downloads: what is taken, what is refused, and with which answer. */
@Timeout(60)
class FilesApiTest {
    @TempDir
    private Path directory;

    private ServerFixture server;
    private String box;

    @BeforeEach
    void makeBox() throws Exception {
        server = new ServerFixture(directory);
        String created = post("/v1/boxes", "application/json", "{\"image\":\"host\"}");
        box = Json.WIRE
                .tree(created.substring(created.indexOf('{')))
                .asObject("")
                .string("id")
                .orElseThrow();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String post(String path, String type, String body) throws IOException {
        return server.raw("POST " + path + " HTTP/1.1\r\nHost: boxrun\r\nConnection: close\r\nContent-Type: " + type
                + "\r\nContent-Length: " + body.getBytes(UTF_8).length + "\r\n\r\n" + body);
    }

    private String upload(String query, String... parts) throws IOException {
        return post("/v1/boxes/" + box + "/files/upload" + query, "multipart/form-data; boundary=\"B\"", form(parts));
    }

    private static String form(String... parts) {
        StringBuilder form = new StringBuilder();
        for (String part : parts) {
            int separator = part.indexOf('=');
            String name = part.substring(0, separator);
            form.append("--B\r\nContent-Disposition: form-data; name=\"" + name + "\"")
                    .append(name.equals("file") ? "; filename=\"local.txt\"" : "")
                    .append("\r\n\r\n" + part.substring(separator + 1) + "\r\n");
        }
        return form + "--B--\r\n";
    }

    private String download(String body) throws IOException {
        return post("/v1/boxes/" + box + "/files/download", "application/json", body);
    }

    private Path inside(String path) {
        return server.machine.inside(new BoxId(box), path);
    }

    @Test
    void fieldsAreTakenInAnyOrderAndUnderTheirOldName() throws IOException {
        assertThat(upload("", "dest=/a/1", "file=one")).contains("200 OK", "{\"ok\":true,\"dest\":\"/a/1\"}");
        assertThat(upload("", "file=two", "dest=/a/2")).contains("200 OK", "{\"ok\":true,\"dest\":\"/a/2\"}");
        assertThat(upload("", "file=three", "path=/a/3")).contains("200 OK", "{\"ok\":true,\"dest\":\"/a/3\"}");
        assertThat(upload("", "other=x", "path=/a/", "other=y", "file=four", "other=z"))
                .contains("200 OK", "{\"ok\":true,\"dest\":\"/a/local.txt\"}");
        assertThat(inside("/a/1")).hasContent("one");
        assertThat(inside("/a/2")).hasContent("two");
        assertThat(inside("/a/3")).hasContent("three");
        assertThat(inside("/a/local.txt")).hasContent("four");
        assertThat(server.home.boxes().resolve(box)).isDirectoryNotContaining("glob:**/upload-*");
    }

    @Test
    void anUploadThatIsNotRightIsRefusedAndSaysWhatIsWrong() throws IOException {
        String url = "/v1/boxes/" + box + "/files/upload";
        assertThat(upload("", "dest=/a/1")).contains("400 Bad", "VALIDATION_ERROR", "no field file");
        assertThat(upload("", "file=x")).contains("400 Bad", "VALIDATION_ERROR", "no field dest");
        assertThat(upload("")).contains("400 Bad", "VALIDATION_ERROR", "file", "dest");
        assertThat(upload("", "dest=/a/1", "file=x", "file=y")).contains("400 Bad", "more than one field file");
        assertThat(upload("", "file=x", "file=y", "dest=/a/1")).contains("400 Bad", "more than one field file");
        assertThat(upload("", "dest=relative", "file=x")).contains("422", "dest must be an absolute path");
        assertThat(upload("", "dest=/a\0b", "file=x")).contains("422", "dest must not contain NUL");
        assertThat(upload("", "dest=/" + "x".repeat(5000), "file=x")).contains("400 Bad", "dest is longer");
        assertThat(upload("?archive=zip", "dest=/a", "file=x")).contains("422", "archive must be tar");
        assertThat(upload("?archive=tar", "dest=/a", "file=" + "no tar".repeat(1000)))
                .contains("422", "must be a tar archive");
        assertThat(post(url, "application/json", "{}")).contains("400 Bad", "multipart/form-data");
        assertThat(post(url, "multipart/form-data", form("dest=/a"))).contains("400 Bad", "boundary");
        assertThat(post(url, "multipart/form-data; boundary=B", "")).contains("400 Bad", "closing boundary");
        assertThat(post("/v1/boxes/none/files/upload", "multipart/form-data; boundary=B", form()))
                .contains("404 Not Found", "BOX_NOT_FOUND");
        assertThat(server.raw("GET " + url + " HTTP/1.1\r\nHost: boxrun\r\nConnection: close\r\n\r\n"))
                .contains("405 Method");
    }

    @Test
    void anUploadWithoutItsEndLeavesNoFile() throws IOException {
        String form = form("dest=/a/1", "file=" + "x".repeat(100_000));
        String url = "/v1/boxes/" + box + "/files/upload";
        assertThat(post(url, "multipart/form-data; boundary=B", form.substring(0, 50_000)))
                .contains("400 Bad", "closing boundary");
        assertThat(inside("/a")).isEmptyDirectory();
    }

    @Test
    void aDownloadSaysWhatItIs() throws IOException {
        Files.createDirectories(inside("/d"));
        Files.writeString(inside("/d/grün \"x\""), "content");
        assertThat(download("{\"path\": \"/d/grün \\\"x\\\"\"}"))
                .contains("200 OK", "Content-Type: application/octet-stream", "Content-Length: 7")
                .contains("Content-Disposition: attachment; filename=\"gr_n \\\"x\\\"\"; filename*=UTF-8''gr%C3%BCn")
                .endsWith("\r\n\r\ncontent");
        assertThat(download("{\"path\": \"/d/\", \"archive\": \"tar\"}"))
                .contains("200 OK", "filename=\"d.tar\"", "ustar");
    }

    @Test
    void aDownloadThatIsNotPossibleSaysWhy() throws IOException {
        Files.createDirectories(inside("/d"));
        assertThat(download("{\"path\": \"/none\"}")).contains("404 Not", "FILE_NOT_FOUND", "/none");
        assertThat(download("{\"path\": \"/none\", \"archive\": \"tar\"}")).contains("404 Not", "FILE_NOT_FOUND");
        assertThat(download("{\"path\": \"/d\"}")).contains("422", "directory", "\\\"archive\\\": \\\"tar\\\"");
        assertThat(download("{}")).contains("422", "path is required");
        assertThat(download("{\"path\": null}")).contains("422", "path is required");
        assertThat(download("{\"path\": 1}")).contains("422", "path");
        assertThat(download("{\"path\": \"d\"}")).contains("422", "path must be an absolute path");
        assertThat(download("{\"path\": \"/d\", \"archive\": \"zip\"}")).contains("422", "archive must be tar");
        assertThat(post("/v1/boxes/none/files/download", "application/json", "{\"path\": \"/d\"}"))
                .contains("404 Not", "BOX_NOT_FOUND");
    }
}

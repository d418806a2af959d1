package boxrun.client;

import boxrun.api.ProblemException;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.http.RequestBody;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** The files of one box; paths are resolved inside it. */
public final class BoxFiles {
    private final Transport transport;
    private final String box;

    BoxFiles(Transport transport, String box) {
        this.transport = transport;
        this.box = box;
    }

    /** Writes a stream into the file {@code destination}. */
    public void upload(InputStream content, String destination) {
        upload("", content, destination);
    }

    /** Unpacks a tar archive into the directory {@code destination}. */
    public void uploadArchive(InputStream tar, String destination) {
        upload("?archive=tar", tar, destination);
    }

    private void upload(String query, InputStream content, String destination) {
        String boundary = "boxrun-" + UUID.randomUUID();
        String head = part(boundary, "form-data; name=\"dest\"") + destination + "\r\n"
                + part(boundary, "form-data; name=\"file\"; filename=\"file\"");
        InputStream form = new SequenceInputStream(
                Collections.enumeration(List.of(bytes(head), content, bytes("\r\n--" + boundary + "--\r\n"))));
        RequestBody body = new RequestBody("multipart/form-data; boundary=" + boundary, form, RequestBody.UNKNOWN);
        transport.bytes(HttpRequest.of("POST", box + "/files/upload" + query).with(body));
    }

    private static String part(String boundary, String disposition) {
        return "--" + boundary + "\r\nContent-Disposition: " + disposition + "\r\n\r\n";
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Copies a file to a stream. */
    public void download(String path, OutputStream into) {
        download(JsonObject.EMPTY.with("path", new JsonString(path)), into);
    }

    /** Copies a file or directory to a stream as a tar archive. */
    public void downloadArchive(String path, OutputStream into) {
        download(archiveOf(path), into);
    }

    /** A file or directory as a tar archive that comes as it is read; closing it early ends its making. */
    public InputStream archive(String path) {
        return new AnswerBody(transport, open(archiveOf(path)));
    }

    /**
     * Whether a path leads to a directory, links followed. Nothing is read for it: what is asked for is a file, which a
     * path that ends with a dot cannot be.
     */
    public boolean isDirectory(String path) {
        try {
            open(JsonObject.EMPTY.with("path", new JsonString(path + "/."))).close();
            return false;
        } catch (ProblemException e) {
            return switch (e.code()) {
                case FILE_NOT_FOUND -> false;
                case VALIDATION_ERROR -> true;
                default -> throw e;
            };
        }
    }

    private static JsonObject archiveOf(String path) {
        return JsonObject.EMPTY.with("path", new JsonString(path)).with("archive", new JsonString("tar"));
    }

    private HttpResponse open(JsonObject request) {
        return transport.open(HttpRequest.of("POST", box + "/files/download").with(Transport.json(request)));
    }

    private void download(JsonObject request, OutputStream into) {
        try (HttpResponse answer = open(request)) {
            answer.body().transferTo(into);
        } catch (IOException e) {
            throw transport.lost(e);
        }
    }
}

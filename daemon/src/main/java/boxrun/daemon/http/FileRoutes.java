package boxrun.daemon.http;

import boxrun.api.Box;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.Checks;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** {@code /v1/boxes/{id}/files…}. */
final class FileRoutes {
    private static final System.Logger LOG = System.getLogger(FileRoutes.class.getName());

    private final Boxes boxes;
    private final LongRequests requests;

    /** The body of a request for a download. */
    record Download(@Nullable String path, @Nullable String archive) {}

    /** The answer to an upload: where the file is now, or below which directory those of an archive are. */
    record Uploaded(boolean ok, String dest) {}

    FileRoutes(Boxes boxes, LongRequests requests) {
        this.boxes = boxes;
        this.requests = requests;
    }

    void upload(ServerRequest request, ServerResponse response) {
        Box box = boxes.get(Requests.path(request, "id"));
        boolean archive =
                isArchive("archive", Requests.query(request, "archive").orElse(null));
        String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("");
        ClientWatch.untilTheDaemonEnds(requests, () -> {
            MultipartForm form = new MultipartForm(type, RequestBody.of(request));
            Answers.json(response, new Uploaded(true, new Upload(boxes, box, archive).read(form)));
        });
    }

    void download(ServerRequest request, ServerResponse response) {
        Download wanted = Requests.body(request, Download.class);
        String box = Requests.path(request, "id");
        boolean archive = isArchive("archive", wanted.archive());
        String path = Checks.absolute("path", wanted.path())
                .orElseThrow(() -> Requests.refusal("path is required: a file of the box"));
        DownloadBody body = new DownloadBody(response, fileName(path) + (archive ? ".tar" : ""));
        ClientWatch.during(response, requests, () -> {
            try {
                if (archive) {
                    boxes.files().copyOut(box, path, body.archive());
                } else {
                    readFile(box, path, body);
                }
            } catch (RuntimeException e) {
                throw body.begun() ? brokenOff(path, e) : e;
            }
            body.complete();
        });
    }

    private static RuntimeException brokenOff(String path, RuntimeException reason) {
        // Whoever's client went away, or whose daemon ends, is interrupted.
        if (!Answers.isClientGone(reason) && !(reason.getCause() instanceof InterruptedException)) {
            LOG.log(Level.WARNING, "the download of " + path + " broke off", reason);
        }
        return new CloseConnectionException("the download broke off", reason);
    }

    private void readFile(String box, String path, DownloadBody body) {
        try {
            boxes.files().readFile(box, path, body);
        } catch (ProblemException e) {
            throw e.code() != ErrorCode.VALIDATION_ERROR
                    ? e
                    : Requests.refusal(e.message() + "; what is no regular file can be had with \"archive\": \"tar\"");
        }
    }

    private static boolean isArchive(String field, @Nullable String value) {
        if (value == null || value.equals("tar")) {
            return value != null;
        }
        throw Requests.refusal(field + " must be tar, not \"" + value + "\"");
    }

    private static String fileName(String path) {
        String plain = path.replaceFirst("/+$", "");
        String name = plain.substring(plain.lastIndexOf('/') + 1);
        return name.isEmpty() || name.equals(".") || name.equals("..") ? "files" : name;
    }
}

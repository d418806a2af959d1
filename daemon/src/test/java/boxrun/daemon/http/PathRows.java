package boxrun.daemon.http;

import boxrun.api.ErrorCode;
import boxrun.daemon.testing.ApiDocument;
import boxrun.daemon.testing.ApiDocument.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** What can be wrong with the path of a request: ids, actions, methods. */
final class PathRows {
    private static final List<String> METHODS = List.of("GET", "POST", "DELETE", "PUT", "PATCH", "OPTIONS", "TRACE");
    /** It says what is wrong with what comes after the colon. */
    private static final List<String> EXPLAINED = List.of("/v1/boxes/{id}", "/v1/boxes/{id}/exec/{eid}");

    private static final List<String> UNKNOWN = List.of(
            "nosuch", "box_aaaaaaaaaaaa", "a%2Fb", "..%2F..%2Fetc%2Fpasswd", "%20", "%C3%BC", "%25", "x".repeat(300));

    private final Places places;
    private final List<ErrorRow> rows = new ArrayList<>();

    private PathRows(Places places) {
        this.places = places;
    }

    static List<ErrorRow> all(Places places) {
        PathRows paths = new PathRows(places);
        ApiDocument.OURS.operations().forEach(paths::unknownIds);
        paths.wrongMethods();
        paths.unknownActions();
        paths.unknownPaths();
        return paths.rows;
    }

    private void unknownIds(Operation operation) {
        if (operation.path().contains("{id}")) {
            UNKNOWN.forEach(id -> add(operation, places.in(operation.path(), id), ErrorCode.BOX_NOT_FOUND));
        }
        if (operation.path().contains("{eid}")) {
            UNKNOWN.forEach(
                    id -> add(operation, places.in(operation.path().replace("{eid}", id)), ErrorCode.EXEC_NOT_FOUND));
            add(operation, places.in(operation.path(), places.stoppedBox()), ErrorCode.EXEC_NOT_FOUND);
        }
        if (operation.path().contains("{reference}")) {
            for (String reference : List.of("nosuch:1", "registry.invalid%2Fno%2Fsuch:1", "registry.invalid/no/such")) {
                add(operation, operation.path().replace("{reference}", reference), ErrorCode.IMAGE_NOT_FOUND);
            }
            add(operation, operation.path().replace("{reference}", "UPPER%20CASE"), ErrorCode.VALIDATION_ERROR);
        }
    }

    private void add(Operation operation, String target, ErrorCode code) {
        ErrorRow row = ErrorRow.refused(operation.method(), target, code);
        String body = RightRequest.of(operation).body();
        rows.add(body.isEmpty() ? row : row.with(RightRequest.contentType(operation), body));
    }

    private void wrongMethods() {
        Map<String, TreeSet<String>> allowed = new TreeMap<>();
        for (Operation operation : ApiDocument.OURS.operations()) {
            allowed.computeIfAbsent(operation.path(), unseen -> new TreeSet<>()).add(operation.method());
        }
        allowed.forEach((path, methods) -> METHODS.stream()
                .filter(method -> !methods.contains(method)
                        && !(method.equals("POST") && EXPLAINED.contains(path))
                        && places.reaches(path))
                .forEach(method -> rows.add(ErrorRow.refused(method, places.in(path), ErrorCode.METHOD_NOT_ALLOWED))));
    }

    private void unknownActions() {
        String exec = places.in("/v1/boxes/{id}/exec/{eid}");
        for (String target : List.of(
                places.in("/v1/boxes/{id}:zap"),
                places.in("/v1/boxes/{id}:"),
                places.in("/v1/boxes/{id}:stop%20"),
                places.in("/v1/boxes/{id}"),
                places.in("/v1/boxes/{id}%3Azap"),
                "/v1/images:zap",
                exec,
                exec + ":",
                exec + ":zap")) {
            rows.add(ErrorRow.refused("POST", target, ErrorCode.VALIDATION_ERROR, 400));
        }
    }

    private void unknownPaths() {
        for (String target : List.of(
                "/",
                "/v1",
                "/v1/",
                "/v2/boxes",
                "/v1/box",
                "/v1/../etc/passwd",
                "/favicon.ico",
                places.in("/v1/boxes/{id}/nope"),
                places.in("/v1/boxes/{id}/exec/{eid}/nope"))) {
            for (String method : List.of("GET", "POST", "DELETE")) {
                rows.add(ErrorRow.refused(method, target, ErrorCode.NOT_FOUND));
            }
        }
    }
}

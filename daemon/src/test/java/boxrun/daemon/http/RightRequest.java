package boxrun.daemon.http;

import boxrun.daemon.testing.ApiDocument.Operation;
import java.util.Map;

/**
 * What to ask of each operation that takes a body, so that nothing is wrong with it but what a row of the table makes
 * wrong. An operation with a body that is not here fails the test.
 *
 * @param status of the answer
 */
record RightRequest(String body, int status) {
    private static final String FORM = """
            --b\r
            Content-Disposition: form-data; name="dest"\r
            \r
            /tmp/f\r
            --b\r
            Content-Disposition: form-data; name="file"; filename="f"\r
            \r
            x\r
            --b--\r
            """;
    private static final Map<String, RightRequest> ALL = Map.ofEntries(
            right("POST /v1/boxes", "{\"image\":\"host\",\"memory_mb\":64}", 201),
            right("POST /v1/run", "{\"image\":\"host\",\"memory_mb\":64,\"cmd\":[\"true\"]}", 200),
            right("POST /v1/gc", "{}", 200),
            right("POST /v1/images:pull", "{\"image\":\"host\"}", 200),
            right("POST /v1/boxes/{id}:rename", "{\"name\":\"web\"}", 200),
            right("POST /v1/boxes/{id}/exec", "{\"cmd\":[\"true\"]}", 201),
            right("POST /v1/boxes/{id}/exec/{eid}/stdin", "x", 200),
            right("POST /v1/boxes/{id}/exec/{eid}:signal", "{\"signal\":\"WINCH\"}", 200),
            right("POST /v1/boxes/{id}/files/upload", FORM, 200),
            right("POST /v1/boxes/{id}/files/download", "{\"path\":\"/etc/hostname\"}", 200),
            right("POST /v1/images:load", "no archive", 422),
            // What is right would hold the connection.
            right("POST /v1/listen", "{\"host\":\"0.0.0.0\",\"no_token\":true}", 422));

    private static Map.Entry<String, RightRequest> right(String route, String body, int status) {
        return Map.entry(route, new RightRequest(body, status));
    }

    /** An operation without a body has an empty one. */
    static RightRequest of(Operation operation) {
        RightRequest right = ALL.get(operation.route());
        if (right == null) {
            if (operation.description().object("requestBody").isPresent()) {
                throw new AssertionError("the table of errors knows no right request for " + operation.route());
            }
            return new RightRequest("", 0);
        }
        return right;
    }

    static String contentType(Operation operation) {
        String type = operation
                .description()
                .object("requestBody")
                .flatMap(body -> body.object("content"))
                .map(content -> content.members().keySet().iterator().next())
                .orElse("application/json");
        return type.equals("multipart/form-data") ? type + "; boundary=b" : type;
    }
}

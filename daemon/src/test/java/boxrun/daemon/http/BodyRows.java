package boxrun.daemon.http;

import static boxrun.api.ErrorCode.VALIDATION_ERROR;

import boxrun.daemon.testing.ApiDocument;
import boxrun.daemon.testing.ApiDocument.Operation;
import boxrun.json.Json;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What can be wrong with a JSON body as a whole, and what is not wrong. */
final class BodyRows {
    private static final String JSON = "application/json";
    private static final int MEGABYTE = 1 << 20;

    private final Operation operation;
    private final String target;
    private final RightRequest right;
    private final List<ErrorRow> rows = new ArrayList<>();

    private BodyRows(Operation operation, Places places) {
        this.operation = operation;
        this.target = places.in(operation.path());
        this.right = RightRequest.of(operation);
    }

    static List<ErrorRow> all(Places places) {
        List<ErrorRow> rows = new ArrayList<>();
        for (Operation operation : ApiDocument.OURS.operations()) {
            schema(operation).ifPresent(schema -> {
                if (places.reaches(operation.path())) {
                    BodyRows bodies = new BodyRows(operation, places);
                    bodies.malformed();
                    bodies.ofAnotherType();
                    bodies.large();
                    bodies.strange(schema);
                    bodies.rows.addAll(new MemberRows(operation.method(), bodies.target, bodies.tree()).of(schema));
                    rows.addAll(bodies.rows);
                }
            });
        }
        return rows;
    }

    private static Optional<JsonObject> schema(Operation operation) {
        return operation
                .description()
                .object("requestBody")
                .flatMap(body -> body.object("content"))
                .flatMap(content -> content.object(JSON))
                .flatMap(content -> content.object("schema"))
                .map(ApiDocument.OURS::resolved);
    }

    private JsonObject tree() {
        return Json.WIRE.tree(right.body()).asObject("");
    }

    private ErrorRow refused() {
        return ErrorRow.refused(operation.method(), target, VALIDATION_ERROR);
    }

    private void malformed() {
        for (String body : List.of(
                "{",
                "}",
                "[]",
                "1",
                "\"text\"",
                "null",
                "\0\u0001",
                " ",
                "{'a':1}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
                "{\"a\":\"\n\"}",
                "{\"a\":1,\"a\":2}",
                "[".repeat(100_000),
                "{\"a\":".repeat(5000),
                right.body() + "x",
                right.body() + right.body())) {
            rows.add(refused().json(body));
        }
    }

    private void ofAnotherType() {
        for (String type : List.of(
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/xml",
                "multipart/form-data; boundary=b",
                "nonsense")) {
            rows.add(refused().with(type, right.body()));
        }
        if (operation
                .description()
                .object("requestBody")
                .orElseThrow()
                .bool("required")
                .orElse(false)) {
            rows.add(refused());
        }
    }

    private void large() {
        rows.add(good(tree().with("unknown", new JsonString("x".repeat(MEGABYTE)))));
        rows.add(refused().json(Json.WIRE.encode(tree().with("unknown", new JsonString("x".repeat(5 * MEGABYTE))))));
    }

    /** Members that nobody knows, and nulls for what is not required, are no errors. */
    private void strange(JsonObject schema) {
        JsonObject strange = tree().with("unknown", Json.WIRE.tree("{\"a\":[1,{\"b\":null}]}"));
        List<String> required = schema.strings("required");
        for (String member : schema.object("properties").orElseThrow().members().keySet()) {
            if (!required.contains(member) && !strange.members().containsKey(member)) {
                strange = strange.with(member, JsonNull.NULL);
            }
        }
        rows.add(good(strange));
    }

    private ErrorRow good(JsonObject body) {
        ErrorRow row = right.status() < 400
                ? ErrorRow.right(operation.method(), target, right.status())
                : ErrorRow.refused(operation.method(), target, VALIDATION_ERROR, right.status());
        return row.json(Json.WIRE.encode(body));
    }
}

package boxrun.daemon.http;

import static boxrun.api.ErrorCode.VALIDATION_ERROR;

import boxrun.daemon.testing.ApiDocument;
import boxrun.daemon.testing.ApiDocument.Operation;
import boxrun.json.JsonValue.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** What can be wrong with the parameters behind a path's question mark, and with those that are headers. */
final class QueryRows {
    private static final List<String> NO_NUMBERS = List.of("-1", "x", "1.5", "", "%00", "9".repeat(30));

    private final Places places;
    private final List<ErrorRow> rows = new ArrayList<>();

    private QueryRows(Places places) {
        this.places = places;
    }

    static List<ErrorRow> all(Places places) {
        QueryRows queries = new QueryRows(places);
        for (Operation operation : ApiDocument.OURS.operations()) {
            operation.description().objects("parameters").stream()
                    .map(ApiDocument.OURS::resolved)
                    .forEach(parameter -> queries.add(operation, parameter));
        }
        return queries.rows;
    }

    private void add(Operation operation, JsonObject parameter) {
        String name = parameter.string("name").orElseThrow();
        String target = places.in(operation.path());
        for (String value : wrong(parameter.object("schema").orElseThrow())) {
            switch (parameter.string("in").orElseThrow()) {
                case "query" -> rows.add(refused(operation, target + "?" + name + "=" + value));
                case "header" ->
                    rows.add(refused(operation, target).header(name + ": " + (value.isEmpty() ? "none" : value)));
                default -> {}
            }
        }
    }

    private static ErrorRow refused(Operation operation, String target) {
        ErrorRow row = ErrorRow.refused(operation.method(), target, VALIDATION_ERROR);
        String body = RightRequest.of(operation).body();
        return body.isEmpty() ? row : row.with(RightRequest.contentType(operation), body);
    }

    private static List<String> wrong(JsonObject schema) {
        List<String> wrong = new ArrayList<>();
        switch (schema.string("type").orElseThrow()) {
            case "integer" -> wrong.addAll(NO_NUMBERS);
            case "boolean" -> wrong.addAll(List.of("maybe", "2", "%00"));
            default -> {
                if (schema.member("enum").isPresent()) {
                    wrong.addAll(List.of("", "zap", "%00"));
                }
            }
        }
        if (schema.member("exclusiveMinimum").isPresent()) {
            wrong.add("0");
        }
        return wrong;
    }
}

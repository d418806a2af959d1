package boxrun.daemon.http;

import static boxrun.api.ErrorCode.VALIDATION_ERROR;

import boxrun.daemon.testing.ApiDocument;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What can be wrong with the members of a JSON body, from their schema: missing, null, of another kind, negative, huge,
 * none of those that are allowed.
 *
 * @param right a body with which nothing is wrong
 */
record MemberRows(String method, String target, JsonObject right) {
    private static final String PLACE = "@";
    private static final List<String> KINDS = List.of("\"text\"", "7", "1.5", "true", "{}", "[]");

    List<ErrorRow> of(JsonObject schema) {
        List<ErrorRow> rows = new ArrayList<>();
        for (String required : schema.strings("required")) {
            rows.add(refused(Json.WIRE.encode(right.without(required))));
            rows.add(refused(required, "null"));
        }
        schema.object("properties")
                .orElseThrow()
                .members()
                .forEach((name, rule) -> wrong(ApiDocument.OURS.resolved(rule.asObject(name)))
                        .forEach(value -> rows.add(refused(name, value))));
        return rows;
    }

    /** @param value as JSON, which may be more than our own trees can hold */
    private ErrorRow refused(String member, String value) {
        String body = Json.WIRE.encode(right.with(member, new JsonString(PLACE)));
        return refused(body.replace("\"" + PLACE + "\"", value));
    }

    private ErrorRow refused(String body) {
        return ErrorRow.refused(method, target, VALIDATION_ERROR).json(body);
    }

    private static Set<String> wrong(JsonObject rule) {
        Set<String> types = types(rule);
        Set<String> wrong = new TreeSet<>();
        KINDS.stream().filter(value -> !types.contains(kind(value))).forEach(wrong::add);
        if (types.contains("integer") && !types.contains("number")) {
            wrong.addAll(List.of("1.5", "99999999999999999999", "1e400", "-99999999999999999999"));
        }
        if (rule.member("exclusiveMinimum").isPresent()) {
            wrong.addAll(List.of("0", "-1"));
        }
        rule.integer("minimum").ifPresent(least -> wrong.add("" + (least - 1)));
        rule.integer("maximum").ifPresent(most -> wrong.add("" + (most + 1)));
        if (rule.member("enum").isPresent() || rule.member("pattern").isPresent()) {
            wrong.addAll(List.of("\"\"", "\"a b\"", "\"\\u0000\"", "\"" + "n".repeat(100_000) + "\""));
        }
        rule.object("items").map(ApiDocument.OURS::resolved).ifPresent(item -> inner(item, wrong));
        if (rule.object("additionalProperties").isPresent()) {
            wrong.addAll(List.of("{\"A\":1}", "{\"A\":null}", "{\"\":\"x\"}", "{\"A=B\":\"x\"}", "{\"A\":{}}"));
        }
        if (rule.integer("minItems").isPresent()) {
            wrong.add("[]");
        }
        return wrong;
    }

    private static void inner(JsonObject item, Set<String> wrong) {
        Set<String> types = types(item);
        wrong.add("[null]");
        wrong.add("[[]]");
        KINDS.stream().filter(value -> !types.contains(kind(value))).forEach(value -> wrong.add("[" + value + "]"));
        if (!item.strings("required").isEmpty()) {
            wrong.add("[{}]");
        }
    }

    private static Set<String> types(JsonObject rule) {
        Set<String> types = new TreeSet<>();
        JsonValue type = rule.member("type").orElseThrow();
        if (type instanceof JsonValue.JsonString(String single)) {
            types.add(single);
        } else {
            types.addAll(rule.strings("type"));
        }
        if (types.contains("number")) {
            types.add("integer");
        }
        return types;
    }

    private static String kind(String value) {
        return switch (value.charAt(0)) {
            case '"' -> "string";
            case '{' -> "object";
            case '[' -> "array";
            case 't' -> "boolean";
            default -> value.contains(".") ? "number" : "integer";
        };
    }
}

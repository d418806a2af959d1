package boxrun.daemon.testing;

import boxrun.json.JsonValue;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** As much of JSON Schema as openapi.json uses for answers; a keyword that is not known is an error of the schema. */
record JsonSchema(JsonObject document) {
    private static final Set<String> ANNOTATIONS = Set.of("description", "default", "examples", "contentMediaType");

    /** What is wrong with a value, each with its place; nothing when it is as the schema says. */
    List<String> violations(JsonObject schema, JsonValue value, String at) {
        List<String> violations = new ArrayList<>();
        schema.members().forEach((keyword, rule) -> check(keyword, rule, schema, value, at, violations));
        return violations;
    }

    private void check(
            String keyword, JsonValue rule, JsonObject schema, JsonValue value, String at, List<String> violations) {
        switch (keyword) {
            case "$ref" -> violations.addAll(violations(resolve(rule.asString(at)), value, at));
            case "type" -> expect(isOfType(rule, value), at + " is " + value.brief() + ", not " + rule, violations);
            case "enum" ->
                expect(
                        ((JsonArray) rule).elements().contains(value) || value instanceof JsonNull,
                        at + " is " + value.brief() + ", not one of " + rule,
                        violations);
            case "const" ->
                expect(rule.equals(value), at + " is " + value.brief() + ", not " + rule.brief(), violations);
            case "pattern" ->
                expect(
                        !(value instanceof JsonString(String text))
                                || Pattern.compile(rule.asString(at))
                                        .matcher(text)
                                        .find(),
                        at + " is " + value.brief() + ", not like " + rule.brief(),
                        violations);
            case "format" ->
                expect(
                        isFormat(rule.asString(at), value),
                        at + " is no " + rule.brief() + ": " + value.brief(),
                        violations);
            case "required" -> {
                if (value instanceof JsonObject object) {
                    ((JsonArray) rule)
                            .elements()
                            .forEach(name -> expect(
                                    object.members().containsKey(name.asString(at)),
                                    at + " has no " + name.asString(at),
                                    violations));
                }
            }
            case "properties" -> {
                if (value instanceof JsonObject object) {
                    rule.asObject(at).members().forEach((name, inner) -> {
                        JsonValue member = object.members().get(name);
                        if (member != null) {
                            violations.addAll(violations(inner.asObject(at), member, at + "." + name));
                        }
                    });
                }
            }
            case "additionalProperties" -> {
                if (value instanceof JsonObject object) {
                    Set<String> known = schema.object("properties")
                            .orElse(JsonObject.EMPTY)
                            .members()
                            .keySet();
                    object.members().forEach((name, member) -> {
                        if (!known.contains(name)) {
                            additional(rule, member, at + "." + name, violations);
                        }
                    });
                }
            }
            case "minItems" ->
                expect(
                        !(value instanceof JsonArray(List<JsonValue> elements)) || elements.size() >= whole(rule),
                        at + " has less than " + rule.brief() + " elements",
                        violations);
            case "exclusiveMinimum" ->
                expect(
                        !(value instanceof JsonNumber number)
                                || new BigDecimal(number.value().toString()).compareTo(BigDecimal.valueOf(whole(rule)))
                                        > 0,
                        at + " is not above " + rule.brief(),
                        violations);
            case "items" -> {
                if (value instanceof JsonArray(List<JsonValue> elements)) {
                    elements.forEach(element -> violations.addAll(violations(rule.asObject(at), element, at + "[]")));
                }
            }
            case "anyOf" -> {
                List<List<String>> tries = ((JsonArray) rule)
                        .elements().stream()
                                .map(one -> violations(one.asObject(at), value, at))
                                .toList();
                expect(tries.stream().anyMatch(List::isEmpty), at + " is none of " + tries, violations);
            }
            case "allOf" ->
                ((JsonArray) rule)
                        .elements()
                        .forEach(one -> violations.addAll(violations(one.asObject(at), value, at)));
            case "contentSchema" -> {
                if (value instanceof JsonString(String text)) {
                    violations.addAll(violations(rule.asObject(at), boxrun.json.Json.WIRE.tree(text), at + "(text)"));
                }
            }
            default ->
                expect(ANNOTATIONS.contains(keyword), "the schema's keyword " + keyword + " is not known", violations);
        }
    }

    private static long whole(JsonValue rule) {
        return rule instanceof JsonNumber number ? number.whole().orElse(0L) : 0;
    }

    private void additional(JsonValue rule, JsonValue member, String at, List<String> violations) {
        if (rule instanceof JsonObject schema) {
            violations.addAll(violations(schema, member, at));
        } else {
            expect(rule.equals(new JsonBool(true)), at + " is not in the schema", violations);
        }
    }

    private static void expect(boolean holds, String otherwise, List<String> violations) {
        if (!holds) {
            violations.add(otherwise);
        }
    }

    private static boolean isOfType(JsonValue rule, JsonValue value) {
        if (rule instanceof JsonArray(List<JsonValue> types)) {
            return types.stream().anyMatch(type -> isOfType(type, value));
        }
        return switch (rule.asString("type")) {
            case "object" -> value instanceof JsonObject;
            case "array" -> value instanceof JsonArray;
            case "string" -> value instanceof JsonString;
            case "boolean" -> value instanceof JsonBool;
            case "null" -> value instanceof JsonNull;
            case "number" -> value instanceof JsonNumber;
            case "integer" ->
                value instanceof JsonNumber number && number.whole().isPresent();
            default -> false;
        };
    }

    private static boolean isFormat(String format, JsonValue value) {
        if (!format.equals("date-time") || !(value instanceof JsonString(String text))) {
            return true;
        }
        try {
            return text.endsWith("Z") && Instant.parse(text) != null;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    JsonObject resolve(String reference) {
        JsonObject place = document;
        for (String step : reference.substring("#/".length()).split("/", -1)) {
            place = place.object(step).orElseThrow(() -> new AssertionError("openapi.json has no " + reference));
        }
        return place;
    }
}

package boxrun.json;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JSON text as an immutable tree, for documents of others whose names are not known in advance or not ours (image
 * manifests, a runtime's configuration). The accessors of {@link JsonObject} throw {@link MalformedJsonException} when
 * the member is there but of another kind; a member whose value is {@code null} counts as absent.
 */
public sealed interface JsonValue {

    /** An object; its members keep the order of the text. */
    record JsonObject(Map<String, JsonValue> members) implements JsonValue {
        public static final JsonObject EMPTY = new JsonObject(Map.of());

        public JsonObject {
            members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }

        public Optional<JsonValue> member(String name) {
            JsonValue value = members.get(name);
            return value == null || value instanceof JsonNull ? Optional.empty() : Optional.of(value);
        }

        public Optional<String> string(String name) {
            return member(name).map(value -> value.asString(name));
        }

        /** A whole number between −2⁶³ and 2⁶³−1. */
        public Optional<Long> integer(String name) {
            return member(name)
                    .map(value -> (value instanceof JsonNumber number ? number.whole() : Optional.<Long>empty())
                            .orElseThrow(() -> unexpected(name, "a whole number", value)));
        }

        public Optional<Boolean> bool(String name) {
            return member(name).map(value -> {
                if (value instanceof JsonBool(boolean bool)) {
                    return bool;
                }
                throw unexpected(name, "true or false", value);
            });
        }

        public Optional<JsonObject> object(String name) {
            return member(name).map(value -> value.asObject(name));
        }

        /** The elements of an array; none when the member is absent. */
        public List<JsonValue> array(String name) {
            return member(name)
                    .map(value -> {
                        if (value instanceof JsonArray(List<JsonValue> elements)) {
                            return elements;
                        }
                        throw unexpected(name, "an array", value);
                    })
                    .orElse(List.of());
        }

        /** The elements of an array of strings; none when the member is absent. */
        public List<String> strings(String name) {
            List<String> strings = new ArrayList<>();
            for (JsonValue element : array(name)) {
                strings.add(element.asString(name + "[" + strings.size() + "]"));
            }
            return List.copyOf(strings);
        }

        /** The elements of an array of objects; none when the member is absent. */
        public List<JsonObject> objects(String name) {
            List<JsonObject> objects = new ArrayList<>();
            for (JsonValue element : array(name)) {
                objects.add(element.asObject(name + "[" + objects.size() + "]"));
            }
            return List.copyOf(objects);
        }

        /** The members of an object whose values are strings; none when the member is absent. */
        public Map<String, String> stringMap(String name) {
            Map<String, String> strings = new LinkedHashMap<>();
            object(name)
                    .orElse(EMPTY)
                    .members()
                    .forEach((key, value) -> strings.put(key, value.asString(name + "." + key)));
            return Collections.unmodifiableMap(strings);
        }

        /** This object with one member added or replaced. */
        public JsonObject with(String name, JsonValue value) {
            Map<String, JsonValue> more = new LinkedHashMap<>(members);
            more.put(name, value);
            return new JsonObject(more);
        }

        /** This object without one member. */
        public JsonObject without(String name) {
            Map<String, JsonValue> fewer = new LinkedHashMap<>(members);
            fewer.remove(name);
            return new JsonObject(fewer);
        }
    }

    /** An array. */
    record JsonArray(List<JsonValue> elements) implements JsonValue {
        public JsonArray {
            elements = List.copyOf(elements);
        }
    }

    /** A string. */
    record JsonString(String text) implements JsonValue {}

    /**
     * A number, exact.
     *
     * @param value a {@link Long} when it is one and has no fraction and no exponent, otherwise a {@link BigDecimal},
     *     whose first use takes a process 10 ms
     */
    record JsonNumber(Number value) implements JsonValue {
        public JsonNumber {
            if (!(value instanceof Long)) {
                value = plain((BigDecimal) value);
            }
        }

        public JsonNumber(long value) {
            this((Number) value);
        }

        private static Number plain(BigDecimal value) {
            boolean fits = value.scale() == 0 && value.unscaledValue().bitLength() < Long.SIZE;
            return fits ? (Number) value.longValueExact() : value;
        }

        /** The number as it is. */
        public BigDecimal exact() {
            return value instanceof BigDecimal exact ? exact : BigDecimal.valueOf(value.longValue());
        }

        /** The number in digits, without an exponent. */
        public String digits() {
            return value instanceof BigDecimal exact ? exact.toPlainString() : value.toString();
        }

        /** The number as a long, when it is one and was written without a fraction. */
        public Optional<Long> whole() {
            if (!(value instanceof BigDecimal exact)) {
                return Optional.of(value.longValue());
            } else if (exact.scale() > 0) {
                return Optional.empty();
            }
            try {
                return Optional.of(exact.longValueExact());
            } catch (ArithmeticException tooLarge) {
                return Optional.empty();
            }
        }
    }

    /** true or false. */
    record JsonBool(boolean value) implements JsonValue {}

    /** null. */
    record JsonNull() implements JsonValue {
        public static final JsonNull NULL = new JsonNull();
    }

    /** This value as an object; {@code path} is for the error only. */
    default JsonObject asObject(String path) {
        if (this instanceof JsonObject object) {
            return object;
        }
        throw unexpected(path, "an object", this);
    }

    /** This value as a string; {@code path} is for the error only. */
    default String asString(String path) {
        if (this instanceof JsonString(String text)) {
            return text;
        }
        throw unexpected(path, "a string", this);
    }

    /** The value in few words, for messages: {@code "two"}, {@code 2.5}, {@code an object}. */
    default String brief() {
        return switch (this) {
            case JsonObject _ -> "an object";
            case JsonArray _ -> "an array";
            case JsonString(String text) -> '"' + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + '"';
            case JsonNumber(Number value) -> value.toString();
            case JsonBool(boolean value) -> value ? "true" : "false";
            case JsonNull() -> "null";
        };
    }

    private static MalformedJsonException unexpected(String path, String allowed, JsonValue found) {
        return new MalformedJsonException(path, "expected " + allowed + ", got " + found.brief());
    }
}

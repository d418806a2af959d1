package boxrun.json;

import static java.util.Map.entry;

import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonObject;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidTypeIdException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Why a text does not fit a type, for people: databind knows the place and the type, the text's tree what is there. */
final class Mismatch {
    private static final Map<Class<?>, String> ALLOWED = Map.ofEntries(
            entry(String.class, "a string"),
            entry(boolean.class, "true or false"),
            entry(Boolean.class, "true or false"),
            entry(int.class, "a whole number"),
            entry(Integer.class, "a whole number"),
            entry(long.class, "a whole number"),
            entry(Long.class, "a whole number"),
            entry(double.class, "a number"),
            entry(Double.class, "a number"),
            entry(BigDecimal.class, "a number"),
            entry(Instant.class, "a time such as \"2026-11-23T10:00:00Z\""));

    private Mismatch() {}

    static MalformedJsonException of(JsonMappingException e, JsonValue text, Json json) {
        String path = "";
        Optional<JsonValue> found = Optional.of(text);
        for (JsonMappingException.Reference step : e.getPath()) {
            String name = step.getFieldName();
            path = name == null ? path + "[" + step.getIndex() + "]" : join(path, name);
            found = found.flatMap(value -> name == null ? element(value, step.getIndex()) : member(value, name));
        }
        String allowed = allowed(e, json);
        if (e instanceof InvalidTypeIdException variant && found.orElse(text) instanceof JsonObject object) {
            path = join(path, RecordAnnotations.TAG);
            found = member(object, RecordAnnotations.TAG);
            allowed = oneOf(
                    variant.getBaseType().getRawClass().getPermittedSubclasses(),
                    type -> '"' + RecordAnnotations.tag(type) + '"');
        }
        if (e instanceof ValueInstantiationException) {
            return new MalformedJsonException(path, refusal(e));
        } else if (found.isEmpty()) {
            return new MalformedJsonException(path, "is missing");
        }
        return new MalformedJsonException(
                path, "expected " + allowed + ", got " + found.get().brief());
    }

    /** The text is not JSON. */
    static MalformedJsonException ofText(JsonProcessingException e) {
        if (e.getOriginalMessage().startsWith("Duplicate field") && e.getProcessor() instanceof JsonParser parser) {
            return new MalformedJsonException(path(parser.getParsingContext()), "the name occurs twice");
        }
        JsonLocation at = e.getLocation();
        return new MalformedJsonException(
                "", "not valid JSON at line " + at.getLineNr() + ", column " + at.getColumnNr());
    }

    /** Where a parser is, as {@code volumes[0].host_path}. */
    static String path(JsonStreamContext place) {
        return switch (place) {
            case JsonStreamContext object
            when object.inObject() -> join(path(object.getParent()), object.getCurrentName());
            case JsonStreamContext array
            when array.inArray() -> path(array.getParent()) + "[" + array.getCurrentIndex() + "]";
            default -> "";
        };
    }

    private static String join(String path, @Nullable String name) {
        return path.isEmpty() ? String.valueOf(name) : path + "." + name;
    }

    private static Optional<JsonValue> element(JsonValue value, int index) {
        return value instanceof JsonArray(List<JsonValue> elements)
                ? Optional.of(elements.get(index))
                : Optional.empty();
    }

    private static Optional<JsonValue> member(JsonValue value, String name) {
        return value instanceof JsonObject(Map<String, JsonValue> members)
                ? Optional.ofNullable(members.get(name))
                : Optional.empty();
    }

    /** Of the record's own constructor. */
    private static String refusal(JsonMappingException e) {
        return switch (e.getCause()) {
            case IllegalArgumentException invalid -> String.valueOf(invalid.getMessage());
            case RuntimeException failure -> throw failure;
            case null, default -> throw new IllegalStateException("cannot make a record", e);
        };
    }

    private static String allowed(JsonMappingException e, Json json) {
        if (e.getCause() instanceof InputCoercionException tooLarge) {
            boolean small = tooLarge.getTargetType() == int.class;
            return "a whole number of at most " + (small ? Integer.MAX_VALUE : Long.MAX_VALUE);
        }
        Class<?> type = e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null
                ? mismatch.getTargetType()
                : Object.class;
        if (type.isEnum()) {
            return oneOf(type.getEnumConstants(), json::encode);
        }
        return ALLOWED.getOrDefault(type, Collection.class.isAssignableFrom(type) ? "an array" : "an object");
    }

    private static <T> String oneOf(T[] values, Function<T, String> word) {
        return Stream.of(values).map(word).collect(Collectors.joining(", ", values.length == 1 ? "" : "one of ", ""));
    }
}

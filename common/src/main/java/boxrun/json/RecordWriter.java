package boxrun.json;

import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Records and their parts to text. */
final class RecordWriter {
    private final Naming naming;
    private final Map<Class<?>, Shape> shapes = new ConcurrentHashMap<>();
    private final Map<Enum<?>, String> constants = new ConcurrentHashMap<>();

    RecordWriter(Naming naming) {
        this.naming = naming;
    }

    void write(JsonGenerator out, @Nullable Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case JsonValue tree -> write(out, tree);
            case String text -> out.writeString(text);
            case Boolean bool -> out.writeBoolean(bool);
            case Integer number -> out.writeNumber(number);
            case Long number -> out.writeNumber(number);
            case BigDecimal number -> write(out, number);
            case Double number -> write(out, BigDecimal.valueOf(number));
            case Enum<?> constant -> out.writeString(constants.computeIfAbsent(constant, Shape::name));
            case Instant instant -> out.writeString(Instants.text(instant));
            case List<?> list -> {
                out.writeStartArray();
                for (Object element : list) {
                    write(out, element);
                }
                out.writeEndArray();
            }
            case Map<?, ?> map -> {
                out.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    out.writeFieldName(String.valueOf(entry.getKey()));
                    write(out, entry.getValue());
                }
                out.writeEndObject();
            }
            case Record tuple -> writeRecord(out, tuple);
            default -> throw new IllegalArgumentException("no JSON form for " + value.getClass());
        }
    }

    private void writeRecord(JsonGenerator out, Record tuple) throws IOException {
        Shape shape = shapes.computeIfAbsent(tuple.getClass(), type -> Shape.of(type, naming));
        out.writeStartObject();
        if (shape.tag() != null) {
            out.writeStringField(Shape.TAG, shape.tag());
        }
        for (Shape.Member member : shape.members()) {
            Object value = member.of(tuple);
            if (value != null || !member.omitNull()) {
                out.writeFieldName(member.name());
                write(out, value);
            }
        }
        out.writeEndObject();
    }

    private void write(JsonGenerator out, JsonValue tree) throws IOException {
        switch (tree) {
            case JsonObject(Map<String, JsonValue> members) -> write(out, (Object) members);
            case JsonArray(List<JsonValue> elements) -> write(out, (Object) elements);
            case JsonString(String text) -> out.writeString(text);
            case JsonNumber(BigDecimal number) -> write(out, number);
            case JsonBool(boolean bool) -> out.writeBoolean(bool);
            case JsonNull() -> out.writeNull();
        }
    }

    private static void write(JsonGenerator out, BigDecimal number) throws IOException {
        out.writeNumber(number.stripTrailingZeros().toPlainString());
    }

    /** Apart, because the formatter costs start-up time and most texts have no time in them. */
    private static final class Instants {
        private static final DateTimeFormatter MILLISECONDS =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

        static String text(Instant instant) {
            return MILLISECONDS.format(instant);
        }
    }
}

package boxrun.json;

import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The writing half of {@link Quick}. */
final class QuickWriter {
    private QuickWriter() {}

    static byte[] bytes(JsonFactory syntax, Object value) throws IOException, ReflectiveOperationException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = syntax.createGenerator(bytes)) {
            write(value, out);
        }
        return bytes.toByteArray();
    }

    /** The name of a component's member, or of a variant. */
    static String name(String javaName) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < javaName.length(); i++) {
            char letter = javaName.charAt(i);
            if (Character.isUpperCase(letter) && i > 0) {
                name.append('_');
            }
            name.append(Character.toLowerCase(letter));
        }
        return name.toString();
    }

    /** Enums of the wire are written in lower case, but for those that are codes. */
    static String word(Enum<?> constant) {
        return constant instanceof ErrorCode || constant instanceof ExitData.Cause
                ? constant.name()
                : constant.name().toLowerCase(Locale.ROOT);
    }

    private static void write(@Nullable Object value, JsonGenerator out)
            throws IOException, ReflectiveOperationException {
        if (value == null || value instanceof JsonValue.JsonNull) {
            out.writeNull();
        } else if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Boolean bool) {
            out.writeBoolean(bool);
        } else if (value instanceof Integer || value instanceof Long) {
            out.writeNumber(((Number) value).longValue());
        } else if (value instanceof BigDecimal number) {
            out.writeNumber(number.stripTrailingZeros().toPlainString());
        } else if (value instanceof Instant time) {
            out.writeString(Trees.text(time));
        } else if (value instanceof Enum<?> constant) {
            out.writeString(word(constant));
        } else if (value instanceof List<?> list) {
            array(list, out);
        } else if (value instanceof Map<?, ?> map) {
            object(map, out);
        } else if (value instanceof JsonValue tree) {
            write(tree, out);
        } else if (value instanceof Record record) {
            record(record, out);
        } else {
            throw new IllegalArgumentException(value.getClass().toString());
        }
    }

    @SuppressWarnings("IfChainToSwitch") // which would make a class at each start, see Quick
    private static void write(JsonValue tree, JsonGenerator out) throws IOException, ReflectiveOperationException {
        if (tree instanceof JsonValue.JsonObject object) {
            object(object.members(), out);
        } else if (tree instanceof JsonValue.JsonArray array) {
            array(array.elements(), out);
        } else if (tree instanceof JsonValue.JsonString string) {
            out.writeString(string.text());
        } else if (tree instanceof JsonValue.JsonNumber number) {
            out.writeNumber(number.digits());
        } else if (tree instanceof JsonValue.JsonBool bool) {
            out.writeBoolean(bool.value());
        } else {
            out.writeNull();
        }
    }

    private static void array(List<?> list, JsonGenerator out) throws IOException, ReflectiveOperationException {
        out.writeStartArray();
        for (Object element : list) {
            write(element, out);
        }
        out.writeEndArray();
    }

    private static void object(Map<?, ?> map, JsonGenerator out) throws IOException, ReflectiveOperationException {
        out.writeStartObject();
        for (Map.Entry<?, ?> member : map.entrySet()) {
            out.writeFieldName((String) member.getKey());
            write(member.getValue(), out);
        }
        out.writeEndObject();
    }

    private static void record(Record record, JsonGenerator out) throws IOException, ReflectiveOperationException {
        out.writeStartObject();
        for (Class<?> type : record.getClass().getInterfaces()) {
            if (type.isSealed()) {
                out.writeStringField("type", name(record.getClass().getSimpleName()));
            }
        }
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            out.writeFieldName(name(component.getName()));
            write(accessor.invoke(record), out);
        }
        out.writeEndObject();
    }
}

package boxrun.json;

import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The types whose JSON form is ours: decimals, times and trees. */
final class Forms {
    private Forms() {}

    static SimpleModule module() {
        SimpleModule module = new SimpleModule();
        add(module, BigDecimal.class, Forms::write, Forms::decimal);
        add(module, Instant.class, Forms::write, Forms::instant);
        add(module, JsonValue.class, Forms::write, Trees::read);
        return module;
    }

    private static void write(BigDecimal number, JsonGenerator out) throws IOException {
        out.writeNumber(number.stripTrailingZeros().toPlainString());
    }

    private static @Nullable BigDecimal decimal(JsonParser text) throws IOException {
        return text.currentToken().isNumeric() ? Trees.number(text) : null;
    }

    private static void write(Instant instant, JsonGenerator out) throws IOException {
        out.writeString(Trees.text(instant));
    }

    private static @Nullable Instant instant(JsonParser text) throws IOException {
        try {
            return text.currentToken() == JsonToken.VALUE_STRING ? Instant.parse(text.getText()) : null;
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** A number in a tree keeps its form: {@code 1024.0} is written as that, so that it becomes no whole number. */
    private static void write(JsonValue tree, JsonGenerator out) throws IOException {
        switch (tree) {
            case JsonObject(Map<String, JsonValue> members) -> out.writePOJO(members);
            case JsonArray(List<JsonValue> elements) -> out.writePOJO(elements);
            case JsonString(String text) -> out.writeString(text);
            case JsonNumber number -> out.writeNumber(number.digits());
            case JsonBool(boolean bool) -> out.writeBoolean(bool);
            case JsonNull() -> out.writeNull();
        }
    }

    private interface Write<T> {
        void to(T value, JsonGenerator out) throws IOException;
    }

    private interface Read<T> {
        /** Null when what is there is no such value. */
        @Nullable
        T from(JsonParser text) throws IOException;
    }

    private static <T> void add(SimpleModule module, Class<T> type, Write<T> write, Read<T> read) {
        module.addSerializer(type, new StdScalarSerializer<>(type) {
            @Override
            public void serialize(T value, JsonGenerator out, SerializerProvider provider) throws IOException {
                write.to(value, out);
            }
        });
        module.addDeserializer(type, new StdScalarDeserializer<>(type) {
            @Override
            public T deserialize(JsonParser text, DeserializationContext context) throws IOException {
                T value = read.from(text);
                return value == null ? type.cast(context.handleUnexpectedToken(type, text)) : value;
            }

            @Override
            public @Nullable T getNullValue(DeserializationContext context) {
                return type == JsonValue.class ? type.cast(JsonNull.NULL) : null;
            }
        });
    }
}

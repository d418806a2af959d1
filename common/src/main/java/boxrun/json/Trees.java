package boxrun.json;

import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The syntax of JSON and trees of it; free of databind, which takes long to start. */
final class Trees {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER_CHARACTERS = 64;

    /** Written out plainly, a number with a larger exponent would fill the memory. */
    private static final int MAX_EXPONENT = 64;

    private Trees() {}

    static JsonFactory factory() {
        return JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_CHARACTERS)
                        // Strings and names are bounded by the text, whose size Json bounds.
                        .maxStringLength(Integer.MAX_VALUE)
                        .maxNameLength(Integer.MAX_VALUE)
                        .build())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build();
    }

    /** The value that a parser is at; null when it is at none. */
    static @Nullable JsonValue read(JsonParser text) throws IOException {
        return switch (text.currentToken()) {
            case START_OBJECT -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                while (text.nextToken() != JsonToken.END_OBJECT) {
                    String name = text.currentName();
                    text.nextToken();
                    members.put(name, read(text));
                }
                yield new JsonObject(members);
            }
            case START_ARRAY -> {
                List<JsonValue> elements = new ArrayList<>();
                while (text.nextToken() != JsonToken.END_ARRAY) {
                    elements.add(read(text));
                }
                yield new JsonArray(elements);
            }
            case VALUE_STRING -> new JsonString(text.getText());
            case VALUE_NUMBER_INT ->
                text.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                        ? new JsonNumber(number(text))
                        : new JsonNumber(text.getLongValue());
            case VALUE_NUMBER_FLOAT -> new JsonNumber(number(text));
            case VALUE_TRUE -> new JsonBool(true);
            case VALUE_FALSE -> new JsonBool(false);
            case VALUE_NULL -> JsonNull.NULL;
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> null;
        };
    }

    static BigDecimal number(JsonParser text) throws IOException {
        BigDecimal number = text.getDecimalValue();
        if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
            throw new MalformedJsonException(
                    Mismatch.path(text.getParsingContext()), "the number " + text.getText() + " is out of range");
        }
        return number;
    }

    static String text(Instant time) {
        return Milliseconds.FORMAT.format(time);
    }

    /** Apart, because the formatter costs start-up time and most texts have no time in them. */
    private static final class Milliseconds {
        static final DateTimeFormatter FORMAT =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter();
    }
}

package boxrun.json;

import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A text to a tree. */
final class TreeReader {
    /** Written out plainly, a number with a larger exponent would fill the memory. */
    private static final int MAX_EXPONENT = 64;

    private TreeReader() {}

    static JsonValue read(JsonFactory factory, InputStream text) {
        try (JsonParser parser = factory.createParser(text)) {
            parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw new MalformedJsonException("", "expected JSON, got nothing");
            }
            JsonValue value = value("", parser, first);
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("", "more text after the end of the JSON value");
            }
            return value;
        } catch (StreamConstraintsException e) {
            throw new MalformedJsonException("", "too large or too deeply nested: " + e.getOriginalMessage());
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new MalformedJsonException(
                    "",
                    at == null
                            ? "not valid JSON"
                            : "not valid JSON at line " + at.getLineNr() + ", column " + at.getColumnNr());
        } catch (java.io.CharConversionException e) {
            throw new MalformedJsonException("", "not valid JSON: the text is not UTF-8");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonValue value(String path, JsonParser parser, @Nullable JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(path, parser);
            case START_ARRAY -> array(path, parser);
            case VALUE_STRING -> new JsonString(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(path, parser.getText());
            case VALUE_TRUE -> new JsonBool(true);
            case VALUE_FALSE -> new JsonBool(false);
            case VALUE_NULL -> JsonNull.NULL;
            case null, default -> throw new MalformedJsonException(path, "not valid JSON");
        };
    }

    private static JsonNumber number(String path, String text) {
        BigDecimal number = new BigDecimal(text);
        if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
            throw new MalformedJsonException(path, "the number " + text + " is out of range");
        }
        return new JsonNumber(number);
    }

    private static JsonObject object(String path, JsonParser parser) throws IOException {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_OBJECT; token = parser.nextToken()) {
            String name = parser.getText();
            String place = path.isEmpty() ? name : path + "." + name;
            if (members.put(name, value(place, parser, parser.nextToken())) != null) {
                throw new MalformedJsonException(place, "the name occurs twice");
            }
        }
        return new JsonObject(members);
    }

    private static JsonArray array(String path, JsonParser parser) throws IOException {
        List<JsonValue> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(value(path + "[" + elements.size() + "]", parser, token));
        }
        return new JsonArray(elements);
    }
}

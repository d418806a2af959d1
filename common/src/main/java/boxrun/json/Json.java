package boxrun.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.InvalidDefinitionException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import java.io.ByteArrayOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records, enums, lists, maps and trees to JSON texts and back.
 *
 * <p>Writing: null members are written out (unless the component says {@code @JsonInclude(NON_NULL)}), an
 * {@link java.time.Instant} as {@code 2026-11-23T10:00:00.123Z}, a {@link java.math.BigDecimal} plainly ({@code 2}), an
 * enum constant by its {@code @JsonProperty} or its name. A record that belongs to a sealed interface gets its name in
 * front, as {@code "type": "progress"}, by which reading the interface finds the record; elements get it where the
 * component that holds them names the interface ({@code List<Frame>}), not in a list or map on its own.
 *
 * <p>Reading is strict: no value is turned into another kind ({@code "2"} is not a number, {@code 2.0} not a whole
 * number), a member that is not {@code @Nullable} must be there (a {@code boolean} that is absent or null is false), a
 * name may occur once, and depth and size are bounded. Unknown members are ignored, so that newer clients can talk to
 * older daemons. What does not fit is a {@link MalformedJsonException}.
 */
public final class Json {
    private static final int MAX_BYTES = 16 << 20;

    /** The wire contract and our own files: {@code memoryMb} is written {@code memory_mb}. */
    public static final Json WIRE = new Json(Mapping.of(PropertyNamingStrategies.SNAKE_CASE), MAX_BYTES);

    /** Documents of the OCI: a component's name is the member's name. */
    public static final Json OCI = new Json(Mapping.of(PropertyNamingStrategies.LOWER_CAMEL_CASE), MAX_BYTES);

    private final ObjectMapper mapper;
    private final int maxBytes;

    private Json(ObjectMapper mapper, int maxBytes) {
        this.mapper = mapper;
        this.maxBytes = maxBytes;
    }

    /** The same with another bound on the texts it reads; 16 MiB unless said otherwise. */
    public Json maxBytes(long bytes) {
        return new Json(mapper, (int) Math.min(bytes, Integer.MAX_VALUE - 1));
    }

    /** The text; a value of a type that has no JSON form is an {@link IllegalArgumentException}. */
    public String encode(@Nullable Object value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /** UTF-8. */
    public byte[] bytes(@Nullable Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(value, bytes);
        return bytes.toByteArray();
    }

    /** Writes UTF-8 and leaves the stream open. */
    public void write(@Nullable Object value, OutputStream out) {
        try {
            mapper.writeValue(out, value);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** Reads one value that must fit the type. */
    public <T> T decode(byte[] text, Class<T> type) {
        return type.cast(read(text, mapper.constructType(type)));
    }

    /** Reads one value that must fit the type. */
    public <T> T decode(String text, Class<T> type) {
        return decode(text.getBytes(StandardCharsets.UTF_8), type);
    }

    /**
     * Reads one value that must fit the type; the stream is read to its end and left open.
     *
     * @throws UncheckedIOException when the stream fails
     */
    public <T> T decode(InputStream text, Class<T> type) {
        try {
            return decode(text.readNBytes(maxBytes + 1), type);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads a value that must fit the type. */
    public <T> T decode(JsonValue value, Class<T> type) {
        return decode(bytes(value), type);
    }

    /** An array whose elements are all of one type. */
    public <T> List<T> decodeList(byte[] text, Class<T> type) {
        List<?> list = (List<?>) read(text, mapper.getTypeFactory().constructCollectionType(List.class, type));
        return list.stream().<T>map(type::cast).toList();
    }

    /** Reads any value. */
    public JsonValue tree(byte[] text) {
        return decode(text, JsonValue.class);
    }

    /** Reads any value. */
    public JsonValue tree(String text) {
        return decode(text, JsonValue.class);
    }

    /**
     * Reads any value; the stream is read to its end and left open.
     *
     * @throws UncheckedIOException when the stream fails
     */
    public JsonValue tree(InputStream text) {
        return decode(text, JsonValue.class);
    }

    /** What {@link #encode} would write, as a tree. */
    public JsonValue tree(Object value) {
        return value instanceof JsonValue tree ? tree : tree(bytes(value));
    }

    private Object read(byte[] text, JavaType type) {
        if (text.length > maxBytes) {
            throw new MalformedJsonException("", "too large: more than " + maxBytes + " bytes");
        }
        try (JsonParser parser = mapper.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new MalformedJsonException("", "expected JSON, got nothing");
            }
            Object value = mapper.readerFor(type).readValue(parser);
            if (value == null) {
                throw MismatchedInputException.from(parser, type, "null");
            }
            if (parser.nextToken() != null) {
                throw new MalformedJsonException("", "more text after the end of the JSON value");
            }
            return value;
        } catch (InvalidDefinitionException e) {
            throw failure(e);
        } catch (StreamConstraintsException e) {
            throw new MalformedJsonException("", "too large or too deeply nested: " + e.getOriginalMessage());
        } catch (JsonMappingException e) {
            // What is wrong with the text itself comes first: reading its tree finds that.
            throw Mismatch.of(e, tree(text), this);
        } catch (InputCoercionException e) {
            throw Mismatch.of(new JsonMappingException(null, e.getOriginalMessage(), e), tree(text), this);
        } catch (JsonProcessingException e) {
            throw Mismatch.ofText(e);
        } catch (NumberFormatException e) {
            throw new MalformedJsonException("", "not valid JSON: a number is out of all range");
        } catch (CharConversionException e) {
            throw new MalformedJsonException("", "not valid JSON: the text is not UTF-8");
        } catch (IOException e) {
            throw failure(e);
        }
    }

    private static RuntimeException failure(IOException e) {
        return e instanceof InvalidDefinitionException
                ? new IllegalArgumentException("no JSON form: " + e.getMessage(), e)
                : new UncheckedIOException(e);
    }
}

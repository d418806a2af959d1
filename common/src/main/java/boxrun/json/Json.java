package boxrun.json;

import boxrun.json.JsonValue.JsonArray;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records, enums, lists, maps and trees to JSON texts and back.
 *
 * <p>Writing: null members are written out (unless the component says {@code @JsonInclude(NON_NULL)}), an
 * {@link java.time.Instant} as {@code 2026-11-23T10:00:00.123Z}, a {@link java.math.BigDecimal} plainly ({@code 2}), an
 * enum constant by its {@code @JsonProperty} or its name. A record that belongs to a sealed interface gets its name in
 * front, as {@code "type": "progress"}, by which reading the interface finds the record.
 *
 * <p>Reading is strict: no value is turned into another kind ({@code "2"} is not a number, {@code 2.0} not a whole
 * number), a member that is not {@code @Nullable} must be there (an absent {@code boolean} is false), a name may occur
 * once, and depth and size are bounded. Unknown members are ignored, so that newer clients can talk to older daemons.
 * What does not fit is a {@link MalformedJsonException}.
 */
public final class Json {
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NUMBER_CHARACTERS = 64;
    private static final long MAX_BYTES = 16L << 20;

    /** The wire contract and our own files: {@code memoryMb} is written {@code memory_mb}. */
    public static final Json WIRE = new Json(Naming.SNAKE_CASE, MAX_BYTES);

    /** Documents of the OCI: a component's name is the member's name. */
    public static final Json OCI = new Json(Naming.AS_IS, MAX_BYTES);

    private final Naming naming;
    private final JsonFactory factory;
    private final RecordWriter writer;
    private final RecordReader reader;

    private Json(Naming naming, long maxBytes) {
        this.naming = naming;
        this.factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(MAX_DEPTH)
                        .maxNumberLength(MAX_NUMBER_CHARACTERS)
                        .maxStringLength((int) Math.min(maxBytes, Integer.MAX_VALUE))
                        .maxDocumentLength(maxBytes)
                        .build())
                .build();
        this.writer = new RecordWriter(naming);
        this.reader = new RecordReader(naming);
    }

    /** The same with another bound on the texts it reads; 16 MiB unless said otherwise. */
    public Json maxBytes(long bytes) {
        return new Json(naming, bytes);
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
        try (JsonGenerator generator = factory.createGenerator(out)) {
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            writer.write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one value that must fit the type. */
    public <T> T decode(byte[] text, Class<T> type) {
        return decode(tree(text), type);
    }

    /** Reads one value that must fit the type. */
    public <T> T decode(String text, Class<T> type) {
        return decode(tree(text), type);
    }

    /**
     * Reads one value that must fit the type; the stream is read to its end and left open.
     *
     * @throws UncheckedIOException when the stream fails
     */
    public <T> T decode(InputStream text, Class<T> type) {
        return decode(tree(text), type);
    }

    /** Reads a value that must fit the type. */
    public <T> T decode(JsonValue value, Class<T> type) {
        return type.cast(reader.read("", value, type));
    }

    /** An array whose elements are all of one type. */
    public <T> List<T> decodeList(byte[] text, Class<T> type) {
        if (!(tree(text) instanceof JsonArray(List<JsonValue> elements))) {
            throw new MalformedJsonException("", "expected an array");
        }
        List<T> list = new ArrayList<>();
        for (JsonValue element : elements) {
            list.add(type.cast(reader.read("[" + list.size() + "]", element, type)));
        }
        return List.copyOf(list);
    }

    /** Reads any value. */
    public JsonValue tree(byte[] text) {
        return tree(new ByteArrayInputStream(text));
    }

    /** Reads any value. */
    public JsonValue tree(String text) {
        return tree(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads any value; the stream is read to its end and left open.
     *
     * @throws UncheckedIOException when the stream fails
     */
    public JsonValue tree(InputStream text) {
        return TreeReader.read(factory, text);
    }

    /** What {@link #encode} would write, as a tree. */
    public JsonValue tree(Object value) {
        return value instanceof JsonValue tree ? tree : tree(bytes(value));
    }
}

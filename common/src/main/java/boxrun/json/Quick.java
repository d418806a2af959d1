package boxrun.json;

import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Json#WIRE} does, for a process that lives for milliseconds: the records of the wire without databind,
 * whose start takes longer than all else that such a process does. It is for texts that our own daemon has written: a
 * member that is absent is null, without asking whether it may be, and null is always written. What it does not know,
 * or does not fit, is left to {@code Json.WIRE}, and so are the words about it.
 *
 * <p>No pattern switches here: each makes a class when it is first met, which no cache keeps.
 */
public final class Quick {
    private static final JsonFactory SYNTAX = Trees.factory();

    private static final Map<Class<?>, Shape> SHAPES = new ConcurrentHashMap<>();

    /** How a record is made of the members of an object. */
    @SuppressWarnings("ArrayRecordComponent") // it is compared with nothing
    private record Shape(Constructor<?> constructor, String[] names, Type[] types) {
        static Shape of(Class<?> type) throws ReflectiveOperationException {
            RecordComponent[] components = type.getRecordComponents();
            Class<?>[] parameters = new Class<?>[components.length];
            String[] names = new String[components.length];
            Type[] types = new Type[components.length];
            for (int i = 0; i < components.length; i++) {
                parameters[i] = components[i].getType();
                names[i] = QuickWriter.name(components[i].getName());
                types[i] = components[i].getGenericType();
            }
            Constructor<?> constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return new Shape(constructor, names, types);
        }
    }

    private Quick() {}

    /** Like {@link Json#bytes}. */
    public static byte[] bytes(Object value) {
        try {
            return QuickWriter.bytes(SYNTAX, value);
        } catch (IOException | ReflectiveOperationException | RuntimeException unknown) {
            return Json.WIRE.bytes(value);
        }
    }

    /** Like {@link Json#encode}. */
    public static String encode(Object value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /** Like {@link Json#tree(Object)}. */
    public static JsonValue tree(Object value) {
        if (value instanceof JsonValue tree) {
            return tree;
        }
        byte[] text = bytes(value);
        try {
            return parse(text);
        } catch (IOException | RuntimeException unfit) {
            return Json.WIRE.tree(text);
        }
    }

    /** Like {@link Json#decode(byte[], Class)}. */
    public static <T> T decode(byte[] text, Class<T> type) {
        try {
            return plainly(text, type);
        } catch (IOException | ReflectiveOperationException | RuntimeException unfit) {
            return thorough().decode(text, type);
        }
    }

    /** Like {@link Json#decode(String, Class)}. */
    public static <T> T decode(String text, Class<T> type) {
        return decode(text.getBytes(StandardCharsets.UTF_8), type);
    }

    /** Like {@link Json#decodeList}. */
    public static <T> List<T> decodeList(byte[] text, Class<T> type) {
        try {
            List<T> list = new ArrayList<>();
            for (JsonValue element : ((JsonArray) parse(text)).elements()) {
                list.add(type.cast(of(element, type)));
            }
            return list;
        } catch (IOException | ReflectiveOperationException | RuntimeException unfit) {
            return thorough().decodeList(text, type);
        }
    }

    /** Without help from databind. */
    static <T> T plainly(byte[] text, Class<T> type) throws IOException, ReflectiveOperationException {
        return type.cast(of(parse(text), type));
    }

    /** A plain run answers with all its output. */
    private static Json thorough() {
        return Json.WIRE.maxBytes(256L << 20);
    }

    private static JsonValue parse(byte[] text) throws IOException {
        try (JsonParser parser = SYNTAX.createParser(text)) {
            parser.nextToken();
            JsonValue value = Trees.read(parser);
            if (value == null || parser.nextToken() != null) {
                throw new IOException("not one value");
            }
            return value;
        }
    }

    private static @Nullable Object value(@Nullable JsonValue json, Type type) throws ReflectiveOperationException {
        if (json == null || json instanceof JsonNull) {
            return type == boolean.class ? false : null;
        }
        if (type instanceof ParameterizedType generic) {
            return collection(json, generic);
        }
        return of(json, (Class<?>) type);
    }

    private static Object collection(JsonValue json, ParameterizedType type) throws ReflectiveOperationException {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            List<@Nullable Object> list = new ArrayList<>();
            for (JsonValue element : ((JsonArray) json).elements()) {
                list.add(value(element, arguments[0]));
            }
            return list;
        }
        if (type.getRawType() != Map.class || arguments[0] != String.class) {
            throw new IllegalArgumentException(type.toString());
        }
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonValue> member : ((JsonObject) json).members().entrySet()) {
            map.put(member.getKey(), value(member.getValue(), arguments[1]));
        }
        return map;
    }

    private static Object of(JsonValue json, Class<?> type) throws ReflectiveOperationException {
        if (type.isInstance(json)) {
            return json;
        } else if (type == boolean.class || type == Boolean.class) {
            return ((JsonBool) json).value();
        } else if (type.isRecord()) {
            return record((JsonObject) json, type);
        } else if (type.isSealed() && type.isInterface()) {
            return variant((JsonObject) json, type);
        } else if (json instanceof JsonNumber number) {
            return number(number, type);
        }
        String text = ((JsonString) json).text();
        if (type == String.class) {
            return text;
        } else if (type == Instant.class) {
            return instant(text);
        }
        for (Object constant : type.getEnumConstants()) {
            if (QuickWriter.word((Enum<?>) constant).equals(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(text);
    }

    private static Object number(JsonNumber number, Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return Math.toIntExact(whole(number));
        } else if (type == long.class || type == Long.class) {
            return whole(number);
        } else if (type == double.class || type == Double.class) {
            return number.value().doubleValue();
        } else if (type == BigDecimal.class) {
            return number.exact();
        }
        throw new IllegalArgumentException(type.toString());
    }

    private static long whole(JsonNumber number) {
        return number.value() instanceof Long whole ? whole : number.exact().longValueExact();
    }

    private static Object variant(JsonObject json, Class<?> type) throws ReflectiveOperationException {
        String tag = json.string("type").orElseThrow();
        for (Class<?> variant : type.getPermittedSubclasses()) {
            if (QuickWriter.name(variant.getSimpleName()).equals(tag)) {
                return of(json, variant);
            }
        }
        throw new IllegalArgumentException(tag);
    }

    /** As the daemon writes times, without the JDK's formatter, whose start takes longer than a list of boxes. */
    private static Instant instant(String text) {
        if (!fits(text, "0000-00-00T00:00:00.000Z")) {
            return Instant.parse(text);
        }
        LocalDateTime time = LocalDateTime.of(
                digits(text, 0, 4),
                digits(text, 5, 7),
                digits(text, 8, 10),
                digits(text, 11, 13),
                digits(text, 14, 16),
                digits(text, 17, 19),
                digits(text, 20, 23) * 1_000_000);
        return time.toInstant(ZoneOffset.UTC);
    }

    private static boolean fits(String text, String form) {
        if (text.length() != form.length()) {
            return false;
        }
        for (int i = 0; i < form.length(); i++) {
            char sign = text.charAt(i);
            if (form.charAt(i) == '0' ? sign < '0' || sign > '9' : sign != form.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int digits(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    private static Object record(JsonObject json, Class<?> type) throws ReflectiveOperationException {
        Shape shape = SHAPES.get(type);
        if (shape == null) {
            shape = Shape.of(type);
            SHAPES.put(type, shape);
        }
        @Nullable Object[] values = new Object[shape.names().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(json.members().get(shape.names()[i]), shape.types()[i]);
        }
        return shape.constructor().newInstance(values);
    }
}

package boxrun.json;

import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonBool;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Trees to records and their parts. The path is that of the value, for messages. */
final class RecordReader {
    private final Naming naming;
    private final Map<Class<?>, Shape> shapes = new ConcurrentHashMap<>();

    RecordReader(Naming naming) {
        this.naming = naming;
    }

    /** Never null: a null in the text is an error, except for a nullable member, which its record sees to. */
    Object read(String path, JsonValue value, Type type) {
        return switch (type) {
            case Class<?> plain -> read(path, value, plain);
            case ParameterizedType generic
            when generic.getRawType() == List.class -> list(path, value, generic.getActualTypeArguments()[0]);
            case ParameterizedType generic
            when generic.getRawType() == Map.class -> map(path, value, generic.getActualTypeArguments()[1]);
            default -> throw new IllegalArgumentException("no JSON form for " + type);
        };
    }

    private Object read(String path, JsonValue value, Class<?> type) {
        if (type.isInstance(value)) {
            return value;
        } else if (type == String.class) {
            return value.asString(path);
        } else if (type == Boolean.class || type == boolean.class) {
            return value instanceof JsonBool(boolean bool) ? bool : fail(path, "true or false", value);
        } else if (type == Long.class || type == long.class) {
            return whole(path, value);
        } else if (type == Integer.class || type == int.class) {
            long number = whole(path, value);
            return number == (int) number ? (int) number : fail(path, "a whole number of at most 2147483647", value);
        } else if (type == BigDecimal.class) {
            return value instanceof JsonNumber(BigDecimal number) ? number : fail(path, "a number", value);
        } else if (type == Double.class || type == double.class) {
            return value instanceof JsonNumber(BigDecimal number)
                    ? number.doubleValue()
                    : fail(path, "a number", value);
        } else if (type == Instant.class) {
            return instant(path, value);
        } else if (type.isEnum()) {
            return constant(path, value, type);
        } else if (type.isRecord()) {
            return tuple(path, value, type);
        } else if (type.isSealed() && type.isInterface()) {
            return variant(path, value, type);
        }
        throw new IllegalArgumentException("no JSON form for " + type);
    }

    private static long whole(String path, JsonValue value) {
        if (value instanceof JsonNumber number && number.whole().isPresent()) {
            return number.whole().get();
        }
        throw unexpected(path, "a whole number", value);
    }

    private static Instant instant(String path, JsonValue value) {
        String allowed = "a time such as \"2026-11-23T10:00:00Z\"";
        if (value instanceof JsonString(String text)) {
            try {
                return Instant.parse(text);
            } catch (DateTimeException e) {
                throw unexpected(path, allowed, value);
            }
        }
        throw unexpected(path, allowed, value);
    }

    private static Object constant(String path, JsonValue value, Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Object candidate : type.getEnumConstants()) {
            String name = Shape.name((Enum<?>) candidate);
            if (value instanceof JsonString(String text) && text.equals(name)) {
                return candidate;
            }
            names.add('"' + name + '"');
        }
        throw unexpected(path, (names.size() == 1 ? "" : "one of ") + String.join(", ", names), value);
    }

    private List<Object> list(String path, JsonValue value, Type element) {
        if (!(value instanceof JsonArray(List<JsonValue> elements))) {
            throw unexpected(path, "an array", value);
        }
        List<Object> list = new ArrayList<>(elements.size());
        for (JsonValue each : elements) {
            list.add(read(path + "[" + list.size() + "]", each, element));
        }
        return Collections.unmodifiableList(list);
    }

    private Map<String, Object> map(String path, JsonValue value, Type element) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (Map.Entry<String, JsonValue> entry : value.asObject(path).members().entrySet()) {
            map.put(entry.getKey(), read(path + "." + entry.getKey(), entry.getValue(), element));
        }
        return Collections.unmodifiableMap(map);
    }

    private Object variant(String path, JsonValue value, Class<?> type) {
        String tag = value.asObject(path).string(Shape.TAG).orElse("");
        List<String> tags = new ArrayList<>();
        for (Class<?> candidate : type.getPermittedSubclasses()) {
            if (Shape.tag(candidate).equals(tag)) {
                return tuple(path, value, candidate);
            }
            tags.add('"' + Shape.tag(candidate) + '"');
        }
        throw new MalformedJsonException(
                join(path, Shape.TAG), "expected one of " + String.join(", ", tags) + ", got \"" + tag + '"');
    }

    private Object tuple(String path, JsonValue value, Class<?> type) {
        JsonObject object = value.asObject(path);
        Shape shape = shapes.computeIfAbsent(type, each -> Shape.of(each, naming));
        @Nullable Object[] arguments = new @Nullable Object[shape.members().size()];
        for (int i = 0; i < arguments.length; i++) {
            Shape.Member member = shape.members().get(i);
            arguments[i] = member(join(path, member.name()), object.members().get(member.name()), member);
        }
        try {
            return shape.constructor().newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException invalid) {
                throw new MalformedJsonException(path, String.valueOf(invalid.getMessage()));
            }
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("cannot make a " + type, e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make a " + type, e);
        }
    }

    private @Nullable Object member(String path, @Nullable JsonValue value, Shape.Member member) {
        if (member.nullable() && (value == null || value instanceof JsonNull)) {
            return null;
        }
        if (value == null) {
            if (member.type() == boolean.class) {
                return false;
            }
            throw new MalformedJsonException(path, "is missing");
        }
        return read(path, value, member.type());
    }

    private static String join(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static Object fail(String path, String allowed, JsonValue found) {
        throw unexpected(path, allowed, found);
    }

    private static MalformedJsonException unexpected(String path, String allowed, JsonValue found) {
        return new MalformedJsonException(path, "expected " + allowed + ", got " + found.brief());
    }
}

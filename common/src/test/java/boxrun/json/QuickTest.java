package boxrun.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.Box;
import boxrun.api.Problem;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import com.fasterxml.jackson.core.JsonFactory;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick way and the thorough way agree on every record of the wire. */
@Timeout(60)
class QuickTest {
    static List<Class<?>> recordsOfTheWire() throws Exception {
        Path api = Path.of(Box.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .resolve("boxrun/api");
        List<Class<?>> records = new ArrayList<>();
        try (Stream<Path> files = Files.list(api)) {
            for (Path file : files.toList()) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(".class") && !name.startsWith("package-info")) {
                    Class<?> type = Class.forName("boxrun.api." + name.replace(".class", ""));
                    if (type.isRecord()) {
                        records.add(type);
                    }
                }
            }
        }
        return records;
    }

    @ParameterizedTest
    @MethodSource("recordsOfTheWire")
    void bothWaysWriteAndReadTheSame(Class<?> type) throws Exception {
        Object value = sample(type);
        byte[] thorough = Json.WIRE.bytes(value);
        assertThat(Quick.plainly(thorough, type)).isEqualTo(value);
        byte[] quick = QuickWriter.bytes(new JsonFactory(), value);
        assertThat(withoutNulls(Json.WIRE.tree(quick))).isEqualTo(withoutNulls(Json.WIRE.tree(thorough)));
    }

    @Test
    void whatDoesNotFitIsToldInTheWordsOfTheThoroughWay() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Quick.decode("{\"code\": 1, \"message\": \"no\"}", Problem.class))
                .withMessageStartingWith("code: expected one of");
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Quick.decode("{\"code\"", Problem.class))
                .withMessageStartingWith("not valid JSON");
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Quick.decodeList("{}".getBytes(StandardCharsets.UTF_8), Box.class))
                .withMessage("expected an array, got an object");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-23T10:00:00.123Z",
                "2024-02-29T23:59:59.000Z",
                "2026-11-23T10:00:00Z",
                "2026-11-23T10:00:00.123456Z",
                "1969-12-31T23:59:59.999Z",
                "2026-11-23T10:00:00.123+00:00",
                "2025-02-29T00:00:00.000Z",
                "2026-11-23T24:00:01.000Z",
                "2026-11-23 10:00:00.123Z",
                "2026-1x-23T10:00:00.123Z",
                "+026-11-23T10:00:00.123Z",
            })
    void bothWaysReadTheSameTimes(String text) {
        byte[] json = ("{\"time\": \"" + text + "\"}").getBytes(StandardCharsets.UTF_8);
        assertThat(either(() -> Quick.decode(json, Timed.class)))
                .isEqualTo(either(() -> Json.WIRE.decode(json, Timed.class)));
    }

    record Timed(Instant time) {}

    private static String either(Supplier<Object> reading) {
        try {
            return reading.get().toString();
        } catch (MalformedJsonException refused) {
            return refused.message();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "-7",
                "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775808",
                "1.0",
                "1.50",
                "1e2",
                "100000000000000000000000"
            })
    void bothWaysReadTheSameNumbers(String text) {
        byte[] json = text.getBytes(StandardCharsets.UTF_8);
        JsonNumber number = (JsonNumber) Json.WIRE.tree(json);
        assertThat(number).isEqualTo(new JsonNumber(new BigDecimal(text)));
        assertThat(number.exact()).isEqualTo(new BigDecimal(text));
        assertThat(number.digits()).isEqualTo(new BigDecimal(text).toPlainString());
        assertThat(Quick.decode(("{\"n\": " + text + "}").getBytes(StandardCharsets.UTF_8), Counted.class))
                .isEqualTo(Json.WIRE.decode(("{\"n\": " + text + "}").getBytes(StandardCharsets.UTF_8), Counted.class));
    }

    record Counted(BigDecimal n) {}

    private static JsonValue withoutNulls(JsonValue tree) {
        if (!(tree instanceof JsonObject(Map<String, JsonValue> members))) {
            return tree;
        }
        Map<String, JsonValue> left = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (!(value instanceof JsonNull)) {
                left.put(name, withoutNulls(value));
            }
        });
        return new JsonObject(left);
    }

    private static Object sample(Type type) throws ReflectiveOperationException, IOException {
        if (type instanceof ParameterizedType generic) {
            Type[] arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? List.of(sample(arguments[0]))
                    : Map.of("some key", sample(arguments[1]));
        }
        Class<?> plain = (Class<?>) type;
        if (plain.isEnum()) {
            return plain.getEnumConstants()[0];
        } else if (plain.isSealed()) {
            return sample(plain.getPermittedSubclasses()[0]);
        } else if (plain.isRecord()) {
            return record(plain);
        }
        return switch (plain.getSimpleName()) {
            case "String" -> "a \"word\" é";
            case "boolean", "Boolean" -> true;
            case "int", "Integer" -> 7;
            case "long", "Long" -> 1L << 40;
            case "double", "Double" -> 0.5;
            case "BigDecimal" -> new BigDecimal("1.5");
            case "Instant" -> Instant.parse("2026-11-23T10:00:00.123Z");
            default -> throw new IllegalArgumentException("no sample of " + type);
        };
    }

    private static Object record(Class<?> type) throws ReflectiveOperationException, IOException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = sample(components[i].getGenericType());
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(type + " refuses its sample", e);
        }
    }
}

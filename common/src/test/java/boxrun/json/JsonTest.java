package boxrun.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.ExitData;
import boxrun.api.LogEvent;
import boxrun.api.PullProgress;
import boxrun.api.Run;
import boxrun.api.RunResult;
import boxrun.api.Stream;
import boxrun.api.Volume;
import boxrun.json.JsonValue.JsonNull;
import boxrun.json.JsonValue.JsonNumber;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class JsonTest {
    private static final Box BOX = new Box(
            "box_AbCdEfGhIjKl",
            null,
            BoxStatus.RUNNING,
            "ubuntu:24.04",
            new BigDecimal("2.0"),
            1024,
            8,
            false,
            "/root",
            Map.of("A", "ü\n"),
            List.of(new Volume("/src", "/dst", true)),
            null,
            null,
            Instant.parse("2026-11-23T10:00:00.123456Z"),
            Instant.parse("2026-11-23T10:00:00Z"),
            null);

    sealed interface Frame permits Resize, StdinClose {}

    record Resize(int cols, int rows) implements Frame {}

    record StdinClose() implements Frame {}

    record Frames(List<Frame> frames) {}

    record Picky(int number) {
        Picky {
            if (number < 0) {
                throw new IllegalArgumentException("expected a number of at least 0, got " + number);
            }
        }
    }

    record Sized(List<String> items) {
        boolean isEmpty() {
            return items.isEmpty();
        }

        int getSize() {
            return items.size();
        }
    }

    record Named(@Nullable String name) {
        Named {
            if ("".equals(name)) {
                throw new IllegalArgumentException("expected a name");
            }
        }

        Named(Instant since) {
            this(since.toString());
        }

        static Named valueOf(String name) {
            return new Named(name);
        }
    }

    record Outer(Picky inner) {}

    @Test
    void aBoxIsWrittenInSnakeCaseWithItsNullsAndItsTimesInMilliseconds() {
        assertThat(Json.WIRE.encode(BOX))
                .isEqualTo(
                        "{\"id\":\"box_AbCdEfGhIjKl\",\"name\":null,\"status\":\"running\",\"image\":\"ubuntu:24.04\","
                                + "\"cpu\":2,\"memory_mb\":1024,\"disk_size_gb\":8,\"network\":false,\"workdir\":\"/root\","
                                + "\"env\":{\"A\":\"ü\\n\"},"
                                + "\"volumes\":[{\"host_path\":\"/src\",\"guest_path\":\"/dst\",\"readonly\":true}],"
                                + "\"error_code\":null,\"error_message\":null,\"created_at\":\"2026-11-23T10:00:00.123Z\","
                                + "\"started_at\":\"2026-11-23T10:00:00.000Z\",\"stopped_at\":null}");
    }

    @Test
    void whatIsWrittenReadsBack() {
        Box back = Json.WIRE.decode(Json.WIRE.bytes(BOX), Box.class);
        assertThat(back.volumes()).isEqualTo(BOX.volumes());
        assertThat(back.createdAt()).isEqualTo(Instant.parse("2026-11-23T10:00:00.123Z"));
        assertThat(Json.WIRE.encode(back)).isEqualTo(Json.WIRE.encode(BOX));
    }

    @ParameterizedTest
    @CsvSource({"2.0,2", "0.50,0.5", "2E3,2000", "1.5,1.5", "0.00,0"})
    void aDecimalIsWrittenPlainly(BigDecimal number, String text) {
        assertThat(Json.WIRE.encode(number)).isEqualTo(text);
    }

    @Test
    void aMemberThatIsLeftOutWhenNullIsLeftOut() {
        assertThat(Json.WIRE.encode(new LogEvent(Stream.STDOUT, "hi\n", 1, null, null)))
                .isEqualTo("{\"stream\":\"stdout\",\"data\":\"hi\\n\",\"seq\":1}");
        assertThat(Json.WIRE.encode(new LogEvent(null, "{}", 2, "base64", null)))
                .isEqualTo("{\"stream\":null,\"data\":\"{}\",\"seq\":2,\"encoding\":\"base64\"}");
        assertThat(Json.WIRE.encode(new ExitData(3, null))).isEqualTo("{\"exit_code\":3}");
    }

    @Test
    void onlyWhatIsNullableMayBeAbsent() {
        CreateBox create = Json.WIRE.decode("{\"image\":\"host\"}", CreateBox.class);
        assertThat(create.image()).isEqualTo("host");
        assertThat(create.cpu()).isNull();
        refuses(RunResult.class, "{\"stdout\":\"\",\"stderr\":\"\"}", "exit_code: is missing");
        refuses(
                RunResult.class,
                "{\"exit_code\":null,\"stdout\":\"\",\"stderr\":\"\"}",
                "exit_code: expected a whole number, got null");
    }

    @Test
    void anAbsentBooleanIsFalse() {
        assertThat(Json.WIRE
                        .decode("{\"host_path\":\"/a\",\"guest_path\":\"/b\"}", Volume.class)
                        .readonly())
                .isFalse();
    }

    @Test
    void aMethodThatLooksLikeAGetterIsNoMember() {
        assertThat(Json.WIRE.encode(new Sized(List.of()))).isEqualTo("{\"items\":[]}");
        assertThat(Json.WIRE.decode("{\"items\":[]}", Sized.class)).isEqualTo(new Sized(List.of()));
    }

    @Test
    void aRecordIsReadByItsMembersOnly() {
        refuses(Named.class, "\"x\"", "expected an object, got \"x\"");
        assertThat(Json.WIRE.decode("{\"name\":null}", Named.class)).isEqualTo(new Named((String) null));
        assertThat(Json.WIRE.decode("{}", Named.class)).isEqualTo(new Named((String) null));
    }

    @Test
    void aTimeIsReadInItsOneForm() {
        assertThat(Json.WIRE.decode("\"2026-11-23T10:00:00Z\"", Instant.class))
                .isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));
        String allowed = "expected a time such as \"2026-11-23T10:00:00Z\", got ";
        refuses(Instant.class, "\"yesterday\"", allowed + "\"yesterday\"");
        refuses(Instant.class, "1795428000", allowed + "1795428000");
        refuses(Instant.class, "\"\"", allowed + "\"\"");
    }

    @Test
    void whatHasNoJsonFormIsAMistakeOfTheCaller() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Json.WIRE.encode(new Object()))
                .withMessageContaining("no JSON form");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Json.WIRE.decode("{}", Runnable.class))
                .withMessageContaining("no JSON form");
    }

    @Test
    void unknownMembersAreIgnored() {
        assertThat(Json.WIRE
                        .decode("{\"image\":\"host\",\"new_thing\":{\"a\":[1]}}", CreateBox.class)
                        .image())
                .isEqualTo("host");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"cpu\":\"two\"}             | cpu: expected a number, got \"two\"",
                "{\"cpu\":\"2\"}               | cpu: expected a number, got \"2\"",
                "{\"image\":7}                 | image: expected a string, got 7",
                "{\"memory_mb\":1024.0}        | memory_mb: expected a whole number, got 1024.0",
                "{\"memory_mb\":3000000000}    | memory_mb: expected a whole number of at most 2147483647, got 3000000000",
                "{\"memory_mb\":true}          | memory_mb: expected a whole number, got true",
                "{\"network\":1}               | network: expected true or false, got 1",
                "{\"network\":\"true\"}        | network: expected true or false, got \"true\"",
                "{\"env\":[]}                  | env: expected an object, got an array",
                "{\"env\":{\"A\":null}}        | env.A: expected a string, got null",
                "{\"cmd\":\"ls\"}              | cmd: expected an array, got \"ls\"",
                "{\"cmd\":[\"a\",null]}        | cmd[1]: expected a string, got null",
                "{\"volumes\":[{\"host_path\":\"/a\"}]} | volumes[0].guest_path: is missing",
                "{\"volumes\":[{\"host_path\":1}]}      | volumes[0].host_path: expected a string, got 1",
                "{\"pull\":\"sometimes\"}      | pull: expected one of \"missing\", \"always\", \"never\", got \"sometimes\"",
                "{\"pull\":\"MISSING\"}        | pull: expected one of \"missing\", \"always\", \"never\", got \"MISSING\"",
                "{\"cpu\":1,\"cpu\":2}         | cpu: the name occurs twice",
                "{\"cpu\":1e400}               | cpu: the number 1e400 is out of range",
                "{\"cpu\":\"\"}                | cpu: expected a number, got \"\"",
                "{\"memory_mb\":\"\"}          | memory_mb: expected a whole number, got \"\"",
                "{\"network\":\"\"}            | network: expected true or false, got \"\"",
                "{\"pull\":\"\"}               | pull: expected one of \"missing\", \"always\", \"never\", got \"\"",
                "{\"pull\":1}                 | pull: expected one of \"missing\", \"always\", \"never\", got 1",
                "{\"pull\":\"1\"}              | pull: expected one of \"missing\", \"always\", \"never\", got \"1\"",
                "{\"cmd\":\"\"}                | cmd: expected an array, got \"\"",
                "{\"cmd\":{}}                 | cmd: expected an array, got an object",
                "{\"cmd\":[1]}                | cmd[0]: expected a string, got 1",
                "{\"cmd\":[[\"a\"]]}           | cmd[0]: expected a string, got an array",
                "{\"image\":[\"a\"]}           | image: expected a string, got an array",
                "{\"image\":{}}               | image: expected a string, got an object",
                "{\"image\":true}             | image: expected a string, got true",
                "{\"env\":\"\"}                | env: expected an object, got \"\"",
                "{\"env\":{\"A\":1}}           | env.A: expected a string, got 1",
                "{\"volumes\":[\"\"]}          | volumes[0]: expected an object, got \"\"",
                "{\"volumes\":[\"/a:/b\"]}     | volumes[0]: expected an object, got \"/a:/b\"",
                "{\"volumes\":[null]}         | volumes[0]: expected an object, got null",
                "{\"volumes\":[{\"a\":1,\"a\":2}]} | volumes[0].a: the name occurs twice",
                "{\"x\":[1,[2e999]],\"cpu\":\"two\"} | x[1][0]: the number 2e999 is out of range",
                "{\"cpu\":\"two\",\"cmd\":        | not valid JSON at line 1, column 20",
                "{\"timeout_ms\":1e19}        | timeout_ms: expected a whole number, got 1E+19",
                "{\"timeout_ms\":9223372036854775808} | timeout_ms: expected a whole number of at most 9223372036854775807, got 9223372036854775808",
                "\"\"                          | expected an object, got \"\"",
                "\"ubuntu\"                    | expected an object, got \"ubuntu\"",
                "{\"cpu\":NaN}                 | not valid JSON at line 1, column 11",
                "[]                            | expected an object, got an array",
                "null                          | expected an object, got null",
                "{}{}                          | more text after the end of the JSON value",
                "{} x                          | not valid JSON at line 1, column 4",
                "{\"cpu\":                     | not valid JSON at line 1, column 8",
                "{'cpu':1}                     | not valid JSON at line 1, column 2",
                "{\"cpu\":1,}                  | not valid JSON at line 1, column 10",
            })
    void whatDoesNotFitIsNamedWithWhatIsAllowed(String text, String message) {
        refuses(Run.class, text, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\n"})
    void anEmptyTextIsSaidToBeEmpty(String text) {
        refuses(Run.class, text, "expected JSON, got nothing");
    }

    @Test
    void aTextThatIsNotUtf8IsRefused() {
        byte[] text = "{\"image\":\"ü\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Json.WIRE.decode(text, CreateBox.class));
    }

    @Test
    void depthAndSizeAreBounded() {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Json.WIRE.tree("[".repeat(100_000)))
                .withMessageContaining("too deeply nested");
        String large = '"' + "x".repeat(100_000) + '"';
        assertThat(Json.WIRE.tree(large)).isInstanceOf(JsonString.class);
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Json.WIRE.maxBytes(10_000).tree(large))
                .withMessageContaining("too large");
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Json.WIRE.maxBytes(10_000).tree("[" + "1,".repeat(100_000) + "1]"))
                .withMessageContaining("too large");
    }

    @Test
    void aRefusalOfTheRecordItselfNamesItsPlace() {
        refuses(Outer.class, "{\"inner\":{\"number\":-1}}", "inner: expected a number of at least 0, got -1");
    }

    @Test
    void recordsOfASealedInterfaceAreToldApartByTheirType() {
        assertThat(Json.WIRE.encode(new Resize(80, 24))).isEqualTo("{\"type\":\"resize\",\"cols\":80,\"rows\":24}");
        assertThat(Json.WIRE.decode("{\"type\":\"stdin_close\"}", Frame.class)).isEqualTo(new StdinClose());
        assertThat(Json.WIRE.decode("{\"type\":\"resize\",\"cols\":1,\"rows\":2}", Frame.class))
                .isEqualTo(new Resize(1, 2));
        assertThat(Json.WIRE.encode(new Frames(List.of(new StdinClose()))))
                .isEqualTo("{\"frames\":[{\"type\":\"stdin_close\"}]}");
        assertThat(Json.WIRE.decode("{\"cols\":1,\"rows\":2}", Resize.class)).isEqualTo(new Resize(1, 2));
        refuses(Frame.class, "{}", "type: is missing");
        refuses(Frame.class, "[]", "expected an object, got an array");
        refuses(Frames.class, "{\"frames\":[{\"cols\":1}]}", "frames[0].type: is missing");
        refuses(Frames.class, "{\"frames\":[{\"type\":\"resize\",\"cols\":1}]}", "frames[0].rows: is missing");
        refuses(Frame.class, "{\"type\":\"x\"}", "type: expected one of \"resize\", \"stdin_close\", got \"x\"");
    }

    @Test
    void aListIsReadElementByElement() {
        byte[] text = Json.WIRE.bytes(List.of(new PullProgress(PullProgress.Phase.DONE, null, 1, 2)));
        assertThat(Json.WIRE.decodeList(text, PullProgress.class))
                .containsExactly(new PullProgress(PullProgress.Phase.DONE, null, 1, 2));
    }

    @Test
    void ociNamesAreWrittenAsTheyAre() {
        assertThat(Json.OCI.encode(new Volume("/a", "/b", false)))
                .isEqualTo("{\"hostPath\":\"/a\",\"guestPath\":\"/b\",\"readonly\":false}");
    }

    @Test
    void aTreeKeepsOrderAndNumbers() {
        String text = "{\"z\":1,\"a\":[true,null,\"x\",{\"b\":1.5}],\"n\":9223372036854775807}";
        assertThat(Json.OCI.encode(Json.OCI.tree(text))).isEqualTo(text);
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Json.WIRE.decode(Json.WIRE.tree("{\"memory_mb\":1024.0}"), Run.class))
                .withMessage("memory_mb: expected a whole number, got 1024.0");
    }

    @Test
    void aTreeTellsWhatItIs() {
        JsonObject tree = Json.OCI
                .tree("{\"s\":\"x\",\"n\":5,\"none\":null,\"list\":[\"a\"],\"map\":{\"k\":\"v\"}}")
                .asObject("");
        assertThat(tree.string("s")).contains("x");
        assertThat(tree.string("none")).isEmpty();
        assertThat(tree.string("absent")).isEmpty();
        assertThat(tree.integer("n")).contains(5L);
        assertThat(tree.strings("list")).containsExactly("a");
        assertThat(tree.stringMap("map")).containsEntry("k", "v");
        assertThat(tree.with("s", JsonNull.NULL).member("s")).isEmpty();
        assertThat(tree.without("n").integer("n")).isEmpty();
        assertThat(Json.OCI.encode(Map.of("n", new JsonNumber(7)))).isEqualTo("{\"n\":7}");
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> tree.integer("s"))
                .withMessage("s: expected a whole number, got \"x\"");
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> tree.strings("map"))
                .withMessage("map: expected an array, got an object");
    }

    @Test
    void aStreamThatFailsIsNotMalformedJson() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        };
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> Json.WIRE.tree(broken))
                .withMessageContaining("connection reset");
    }

    @Test
    void aStreamIsReadToItsEnd() throws IOException {
        InputStream text = new ByteArrayInputStream("{} \n".getBytes(StandardCharsets.UTF_8));
        assertThat(Json.WIRE.tree(text)).isEqualTo(JsonObject.EMPTY);
        assertThat(text.read()).isEqualTo(-1);
    }

    private static void refuses(Class<?> type, String text, String message) {
        assertThatExceptionOfType(MalformedJsonException.class)
                .isThrownBy(() -> Json.WIRE.decode(text, type))
                .withMessage(message);
    }
}

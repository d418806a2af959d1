package boxrun.daemon.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.ExitData;
import boxrun.api.Stream;
import java.io.ByteArrayOutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ExecLogTest {
    private static final long MAX = 1L << 30;

    private static final ExitData EXIT = new ExitData(3, null);
    private static final Duration LONG = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private final Clock clock = Clock.systemUTC();

    @Test
    void outputComesBackAsItWasWrittenUnderRisingNumbers() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        append(log, Stream.STDOUT, "hello\n");
        append(log, Stream.STDERR, "oops\n");
        append(log, Stream.STDOUT, "wörld\n");
        log.finish(EXIT);
        assertThat(described(log, 0))
                .containsExactly("1 STDOUT hello\n", "2 STDERR oops\n", "3 STDOUT wörld\n", "4 exit 3");
        assertThat(described(ExecLog.open(file(), MAX, clock), 0)).isEqualTo(described(log, 0));
    }

    @Test
    void aCharacterThatComesInPartsIsOneEventAndNeverSplit() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        byte[] euro = "€".getBytes(UTF_8);
        append(log, Stream.STDOUT, "a");
        for (byte part : euro) {
            log.append(Stream.STDOUT, log.offset(Stream.STDOUT), new byte[] {part});
            append(log, Stream.STDERR, ".");
        }
        log.finish(EXIT);
        assertThat(described(log, 0))
                .containsExactly("1 STDOUT a", "2 STDERR .", "3 STDERR .", "4 STDOUT €", "5 STDERR .", "6 exit 3");
    }

    @Test
    void bytesThatAreNoTextAreMarkedAndTheTextBeforeThemIsText() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        log.append(Stream.STDOUT, 0, new byte[] {'o', 'k', (byte) 0xff, 'x'});
        log.append(Stream.STDOUT, 4, new byte[] {(byte) 0xe2, (byte) 0x82});
        log.finish(EXIT);
        assertThat(described(log, 0))
                .containsExactly("1 STDOUT ok", "2 STDOUT [-1, 120]", "3 STDOUT [-30, -126]", "4 exit 3");
    }

    @Test
    void bytesThatTheLogHasAreNotTakenTwice() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        append(log, Stream.STDOUT, "abc");
        log.append(Stream.STDOUT, 0, "abc".getBytes(UTF_8));
        log.append(Stream.STDOUT, 1, "bcde".getBytes(UTF_8));
        log.finish(EXIT);
        assertThat(described(log, 0)).containsExactly("1 STDOUT abc", "2 STDOUT de", "3 exit 3");
    }

    @Test
    void aReaderThatComesBackGoesOnAfterAnyNumber() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        Random random = new Random(5);
        for (int i = 0; i < 300; i++) {
            append(
                    log,
                    random.nextBoolean() ? Stream.STDOUT : Stream.STDERR,
                    "x".repeat(1 + random.nextInt(30_000)) + "\n");
        }
        log.finish(EXIT);
        List<String> all = described(log, 0);
        assertThat(all).hasSize(301);
        ExecLog reopened = ExecLog.open(file(), MAX, clock);
        for (int after = 0; after <= 302; after++) {
            List<String> expected = all.subList(Math.min(after, all.size()), all.size());
            assertThat(described(log, after)).isEqualTo(expected);
            assertThat(described(reopened, after)).isEqualTo(expected);
        }
    }

    @Test
    void followersGetEveryEventWhileItIsWritten() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        List<List<String>> seen = new ArrayList<>();
        List<Thread> readers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            List<String> mine = new ArrayList<>();
            seen.add(mine);
            readers.add(Thread.ofVirtual().start(() -> {
                try {
                    mine.addAll(described(log, 0));
                } catch (Exception e) {
                    mine.add(e.toString());
                }
            }));
        }
        for (int i = 0; i < 5000; i++) {
            append(log, Stream.STDOUT, i + "\n");
        }
        log.finish(EXIT);
        for (Thread reader : readers) {
            reader.join();
        }
        assertThat(seen.getFirst()).hasSize(5001).startsWith("1 STDOUT 0\n").endsWith("5001 exit 3");
        assertThat(seen).containsOnly(seen.getFirst());
    }

    @Test
    void aReaderWithoutPatienceIsToldThatThereIsNothingYet() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        try (LogReader reader = log.reader(0)) {
            assertThat(reader.next(Duration.ZERO)).isEmpty();
            assertThat(reader.over()).isFalse();
            append(log, Stream.STDOUT, "a");
            assertThat(reader.next(Duration.ZERO)).isPresent();
            log.finish(EXIT);
            assertThat(reader.next(LONG)).containsInstanceOf(LogEntry.Exit.class);
            assertThat(reader.next(LONG)).isEmpty();
            assertThat(reader.over()).isTrue();
        }
    }

    /** Any bytes in any pieces, and a crash at any byte of the file: nothing lost, doubled, reordered or split. */
    @Test
    void nothingIsLostOrDoubledWhereverACrashTearsTheFile() throws Exception {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Map<Stream, byte[]> sent = new EnumMap<>(Stream.class);
            sent.put(Stream.STDOUT, mixed(random));
            sent.put(Stream.STDERR, mixed(random));
            Path file = directory.resolve("crash-" + seed);
            ExecLog log = ExecLog.create(file, MAX, clock);
            send(log, sent, random, random.nextInt(3000));
            List<LogEntry> before = entries(log, false);
            long torn = random.nextLong(Files.size(file) + 1);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(torn);
            }
            ExecLog again = ExecLog.open(file, MAX, clock);
            List<LogEntry> kept = entries(again, false);
            assertThat(keys(before).subList(0, kept.size())).as("seed %d", seed).isEqualTo(keys(kept));
            send(again, sent, random, Integer.MAX_VALUE);
            again.finish(EXIT);
            List<LogEntry> after = entries(again, true);
            assertThat(keys(after).subList(0, kept.size())).as("seed %d", seed).isEqualTo(keys(kept));
            assertThat(keys(entries(ExecLog.open(file, MAX, clock), true))).isEqualTo(keys(after));
            check(after, sent, seed);
        }
    }

    private static void check(List<LogEntry> entries, Map<Stream, byte[]> sent, int seed) {
        Map<Stream, ByteArrayOutputStream> received = new EnumMap<>(Stream.class);
        received.put(Stream.STDOUT, new ByteArrayOutputStream());
        received.put(Stream.STDERR, new ByteArrayOutputStream());
        for (int i = 0; i < entries.size(); i++) {
            assertThat(entries.get(i).seq()).isEqualTo(i + 1L);
            if (entries.get(i) instanceof LogEntry.Output output) {
                Optional.ofNullable(received.get(output.stream())).orElseThrow().writeBytes(output.bytes());
                if (output.text()) {
                    assertThat(new String(output.bytes(), UTF_8).getBytes(UTF_8))
                            .isEqualTo(output.bytes());
                }
            }
        }
        sent.forEach((stream, bytes) -> assertThat(
                        Optional.ofNullable(received.get(stream)).orElseThrow().toByteArray())
                .as("seed %d %s", seed, stream)
                .isEqualTo(bytes));
        assertThat(entries.getLast()).isInstanceOf(LogEntry.Exit.class);
    }

    /** Sends what the log has not got yet, in random pieces, up to about {@code budget} bytes. */
    private static void send(ExecLog log, Map<Stream, byte[]> sent, Random random, int budget) {
        int left = budget;
        while (left > 0) {
            List<Stream> unfinished = Arrays.stream(Stream.values())
                    .filter(stream -> log.offset(stream) < bytes(sent, stream).length)
                    .toList();
            if (unfinished.isEmpty()) {
                return;
            }
            Stream stream = unfinished.get(random.nextInt(unfinished.size()));
            byte[] all = bytes(sent, stream);
            int from = (int) Math.max(0, log.offset(stream) - random.nextInt(4));
            int to = Math.min(
                    all.length, (int) log.offset(stream) + 1 + random.nextInt(random.nextInt(20) == 0 ? 500 : 5));
            log.append(stream, from, Arrays.copyOfRange(all, from, to));
            left -= to - from;
        }
    }

    private static byte[] bytes(Map<Stream, byte[]> sent, Stream stream) {
        return sent.getOrDefault(stream, new byte[0]);
    }

    /** Text of all widths with some bytes between that are none. */
    private static byte[] mixed(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int length = random.nextInt(3000);
        while (bytes.size() < length) {
            switch (random.nextInt(12)) {
                case 0 -> bytes.write(random.nextInt(256));
                case 1, 2 -> bytes.writeBytes("é".getBytes(UTF_8));
                case 3, 4 -> bytes.writeBytes("日本".getBytes(UTF_8));
                case 5, 6 -> bytes.writeBytes("🚀".getBytes(UTF_8));
                default -> bytes.writeBytes("text ".getBytes(UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    @Test
    void aLogOfHalfAMillionSingleBytesIsReadBackWhole() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        for (int i = 0; i < 500_000; i++) {
            log.append(Stream.STDOUT, i, new byte[] {(byte) ('a' + i % 26)});
        }
        log.finish(EXIT);
        try (LogReader reader = ExecLog.open(file(), MAX, clock).reader(400_000)) {
            for (int i = 400_000; i < 500_000; i++) {
                LogEntry.Output output = (LogEntry.Output) reader.next(LONG).orElseThrow();
                assertThat(output.seq()).isEqualTo(i + 1L);
                assertThat(output.bytes()[0]).isEqualTo((byte) ('a' + i % 26));
            }
        }
    }

    @Test
    void aPieceThatIsVeryLongIsCutIntoBoundedEvents() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        byte[] long3 = "日".repeat(100_000).getBytes(UTF_8);
        log.append(Stream.STDOUT, 0, long3);
        log.finish(EXIT);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (LogEntry entry : entries(log, true)) {
            if (entry instanceof LogEntry.Output output) {
                assertThat(output.text()).isTrue();
                assertThat(output.bytes().length).isLessThanOrEqualTo(LogFormat.MAX_PIECE);
                all.writeBytes(output.bytes());
            }
        }
        assertThat(all.toByteArray()).isEqualTo(long3);
    }

    /** Two mebibytes, so that a reader may begin in the middle. */
    @Test
    void everyPieceOfOutputHasTheTimeAtWhichItWasWritten() throws Exception {
        ExecLog log = ExecLog.create(file(), MAX, clock);
        List<Optional<Instant>> times = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            // Several pieces of one moment, and a clock that is put back.
            Instant now = Instant.ofEpochMilli(1_000_000 + (i / 3) * 1000L - (i > 20 ? 9000 : 0));
            log = ExecLog.open(file(), MAX, Clock.fixed(now, ZoneOffset.UTC));
            append(log, i % 2 == 0 ? Stream.STDOUT : Stream.STDERR, "x".repeat(60_000));
            times.add(Optional.of(now));
        }
        log.finish(EXIT);
        for (ExecLog read : List.of(log, ExecLog.open(file(), MAX, clock))) {
            for (int after : new int[] {0, 1, 17, 18, 19, 20, 35, 39}) {
                assertThat(times(read, after)).isEqualTo(times.subList(after, times.size()));
            }
        }
    }

    @Test
    void aLogOfAnEarlierVersionHasNoTimesAndGoesOnWithThem() throws Exception {
        ByteArrayOutputStream old = new ByteArrayOutputStream();
        LogFormat.write(old, LogFormat.Kind.STDOUT_TEXT, "old\n".getBytes(UTF_8), 0, 4);
        LogFormat.write(old, LogFormat.Kind.STDOUT_HELD, "€".getBytes(UTF_8), 0, 2);
        Files.write(file(), old.toByteArray());
        ExecLog log = ExecLog.open(file(), MAX, Clock.fixed(Instant.EPOCH.plusSeconds(7), ZoneOffset.UTC));
        assertThat(log.offset(Stream.STDOUT)).isEqualTo(6);
        log.append(Stream.STDOUT, 4, "€ new\n".getBytes(UTF_8));
        log.finish(EXIT);
        assertThat(described(log, 0)).containsExactly("1 STDOUT old\n", "2 STDOUT € new\n", "3 exit 3");
        assertThat(times(log, 0)).containsExactly(Optional.empty(), Optional.of(Instant.EPOCH.plusSeconds(7)));
    }

    private static List<Optional<Instant>> times(ExecLog log, long after) throws Exception {
        List<Optional<Instant>> times = new ArrayList<>();
        try (LogReader reader = log.reader(after)) {
            for (Optional<LogEntry> entry = reader.next(LONG); entry.isPresent(); entry = reader.next(LONG)) {
                if (entry.get() instanceof LogEntry.Output output) {
                    times.add(output.at());
                }
            }
        }
        return times;
    }

    private Path file() {
        return directory.resolve("log");
    }

    private static void append(ExecLog log, Stream stream, String text) {
        log.append(stream, log.offset(stream), text.getBytes(UTF_8));
    }

    private static List<LogEntry> entries(ExecLog log, boolean toTheEnd) throws Exception {
        List<LogEntry> entries = new ArrayList<>();
        try (LogReader reader = log.reader(0)) {
            Optional<LogEntry> entry = reader.next(toTheEnd ? LONG : Duration.ZERO);
            while (entry.isPresent()) {
                entries.add(entry.get());
                entry = reader.next(toTheEnd ? LONG : Duration.ZERO);
            }
        }
        return entries;
    }

    private static List<String> keys(List<LogEntry> entries) {
        return entries.stream().map(ExecLogTest::describe).toList();
    }

    private static List<String> described(ExecLog log, long after) throws Exception {
        List<String> all = new ArrayList<>();
        try (LogReader reader = log.reader(after)) {
            while (true) {
                Optional<LogEntry> entry = reader.next(LONG);
                if (entry.isEmpty()) {
                    return all;
                }
                all.add(describe(entry.get()));
            }
        }
    }

    private static String describe(LogEntry entry) {
        return switch (entry) {
            case LogEntry.Output output ->
                output.seq() + " " + output.stream() + " "
                        + (output.text() ? new String(output.bytes(), UTF_8) : Arrays.toString(output.bytes()));
            case LogEntry.Exit exit -> exit.seq() + " exit " + exit.data().exitCode();
        };
    }
}

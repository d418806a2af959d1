package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.Recorded;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;

/** What commands write and read passes through a daemon with little memory, whole and in order. */
@Timeout(300)
@TestInstance(Lifecycle.PER_CLASS)
class CommandOutputTest {
    private static final long GIBIBYTE = 1L << 30;

    private final DaemonProcess daemon;
    private final Commands commands;

    CommandOutputTest() throws Exception {
        daemon = new DaemonProcess().option("-Xmx64m");
        daemon.start();
        Box box = daemon.box("{}");
        commands = daemon.commands(box);
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
    }

    @Test
    void halfAMegabyteOfSingleBytesComesWholeAndInOrder() {
        Recorded recorded = commands.record(
                commands.perl("for (my $i = 0; $i < 500000; $i++) { syswrite(STDOUT, chr(97 + $i % 26)) }"));
        byte[] expected = new byte[500_000];
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (byte) ('a' + i % 26);
        }
        assertThat(recorded.stdoutBytes()).isEqualTo(expected);
        assertThat(recorded.exit()).isEqualTo(new ExitData(0, null));
    }

    @Test
    void aGibibyteReachesAReaderThatStoppedReadingUntilTheCommandHadEnded() throws Exception {
        Exec exec = commands.sh("yes 0123456789abcdef0123456789abcdef | head -c " + GIBIBYTE);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long count = 0;
        try (RunEvents events = commands.api().events(exec.id(), 0)) {
            count += digested(events.next(), digest);
            assertThat(commands.ended(exec).status()).isEqualTo(ExecStatus.SUCCEEDED);
            for (Optional<RunEvent> event = events.next(); event.isPresent(); event = events.next()) {
                count += digested(event, digest);
            }
        }
        assertThat(count).isEqualTo(GIBIBYTE);
        assertThat(hex(digest)).isEqualTo(hex(repeated("0123456789abcdef0123456789abcdef\n", GIBIBYTE)));
    }

    private static long digested(Optional<RunEvent> event, MessageDigest digest) {
        if (event.orElseThrow() instanceof RunEvent.Output output) {
            byte[] bytes = Recorded.bytes(output.bytes());
            digest.update(bytes);
            return bytes.length;
        }
        return 0;
    }

    private static MessageDigest repeated(String text, long size) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] block = text.repeat(10_000).getBytes(UTF_8);
        for (long left = size; left > 0; left -= block.length) {
            digest.update(block, 0, (int) Math.min(block.length, left));
        }
        return digest;
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }

    @Test
    void threeAndAHundredMegabytesReachTheCommandsInput() throws Exception {
        for (int size : List.of(0, 1, 3_000_000, 100_000_000)) {
            Exec exec = commands.start("{\"stdin\":true}", "sha256sum");
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            commands.api().stdin(exec.id(), digesting(size, digest));
            assertThat(commands.record(exec).stdout()).isEqualTo(hex(digest) + "  -\n");
        }
    }

    private static InputStream digesting(int size, MessageDigest digest) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        digest.update(bytes);
        return new ByteArrayInputStream(bytes);
    }

    @Test
    void aCommandThatDoesNotReadItsInputDoesNotHoldUpTheOneWhoSendsIt() {
        Exec exec = commands.start("{\"stdin\":true}", "head", "-c", "5");
        commands.api()
                .stdin(
                        exec.id(),
                        new ByteArrayInputStream("hello".repeat(2_000_000).getBytes(UTF_8)));
        assertThat(commands.record(exec).stdout()).isEqualTo("hello");
    }

    @Test
    void commandsThatEndAtOnceTellTheirOutputAndTheirEnd() {
        for (int i = 0; i < 100; i++) {
            Recorded recorded = commands.record(commands.start("{}", i % 2 == 0 ? "true" : "pwd"));
            assertThat(recorded.stdout()).isEqualTo(i % 2 == 0 ? "" : "/root\n");
            assertThat(recorded.exit()).isEqualTo(new ExitData(0, null));
        }
    }

    @Test
    void aChildThatKeepsThePipeOpenDoesNotKeepTheCommandFromEnding() {
        Recorded recorded = commands.record(commands.sh("(sleep 1000; echo late) & (setsid sleep 1000 &); echo done"));
        assertThat(recorded.stdout()).isEqualTo("done\n");
        assertThat(recorded.exit()).isEqualTo(new ExitData(0, null));
    }

    @Test
    void binaryOutputOnBothStreamsComesExactly() throws Exception {
        Recorded recorded = commands.record(
                commands.sh("head -c 3000000 /dev/urandom | tee /tmp/binary; tr '\\0-\\377' '\\200-\\377\\0-\\177' <"
                        + " /tmp/binary >&2; sha256sum /tmp/binary > /tmp/sum"));
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(recorded.stdoutBytes());
        String sum = commands.record(commands.sh("cat /tmp/sum")).stdout();
        assertThat(sum).isEqualTo(hex(digest) + "  /tmp/binary\n");
        assertThat(recorded.exit()).isEqualTo(new ExitData(0, null));
    }

    @Test
    void charactersWrittenByteForByteAreNeverSplit() throws Exception {
        Recorded recorded = commands.record(commands.perl(
                "for my $byte (unpack('C*', '\u00e4\u20ac\ud83d\ude00z' x 500)) { syswrite(STDOUT, chr($byte)) }"));
        assertThat(recorded.stdout()).isEqualTo("\u00e4\u20ac\ud83d\ude00z".repeat(500));
        for (RunEvent.Output output : recorded.outputs()) {
            assertThat(isText(output.bytes())).isTrue();
        }
    }

    private static boolean isText(ByteBuffer bytes) {
        try {
            UTF_8.newDecoder().decode(bytes.duplicate());
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    @Test
    void sixtyFourCommandsAtOnceForAHundredRounds() throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 100; round++) {
                List<Future<Recorded>> all = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    String word = round + "-" + i;
                    all.add(clients.submit(() -> commands.record(
                            commands.start("{}", "sh", "-c", "echo " + word + "; echo e" + word + " >&2"))));
                }
                for (int i = 0; i < 64; i++) {
                    Recorded recorded = all.get(i).get();
                    assertThat(recorded.stdout()).isEqualTo(round + "-" + i + "\n");
                    assertThat(recorded.stderr()).isEqualTo("e" + round + "-" + i + "\n");
                    assertThat(recorded.exit()).isEqualTo(new ExitData(0, null));
                }
            }
        }
    }

    @Test
    void aReaderThatStallsHoldsUpNoOtherCommand() {
        Exec flood = commands.sh("yes");
        try (RunEvents stalled = commands.api().events(flood.id(), 0)) {
            assertThat(stalled.next()).isPresent();
            for (int i = 0; i < 20; i++) {
                assertThat(commands.record(commands.sh("seq 1000")).lastSeq()).isPositive();
            }
            assertThat(commands.api().cancel(flood.id()).status()).isEqualTo(ExecStatus.CANCELED);
        }
    }

    @Test
    void aReaderThatComesBackAtAnyEventMissesNothingAndGetsNothingTwice() {
        Exec exec = commands.perl("$| = 1; for (1..300) { print \"line $_\\n\"; print STDERR \"err $_\\n\";"
                + " select(undef, undef, undef, 0.002) }");
        Recorded whole = commands.record(exec);
        for (int after = 0; after < whole.lastSeq(); after++) {
            Recorded rest = commands.record(exec, after);
            assertThat(rest.outputs())
                    .isEqualTo(whole.outputs().subList(after, whole.outputs().size()));
            assertThat(rest.exit()).isEqualTo(whole.exit());
        }
    }

    @Test
    void aReaderThatComesBackWhileTheCommandRunsGoesOnWhereItWas() {
        Exec exec = commands.perl("$| = 1; for (1..400) { print \"$_\\n\"; select(undef, undef, undef, 0.001) }");
        StringBuilder text = new StringBuilder();
        long seq = 0;
        for (boolean over = false; !over; ) {
            try (RunEvents events = commands.api().events(exec.id(), seq)) {
                RunEvent event = events.next().orElseThrow();
                if (event instanceof RunEvent.Output output) {
                    assertThat(output.seq()).isEqualTo(++seq);
                    text.append(UTF_8.decode(output.bytes().duplicate()));
                } else {
                    over = true;
                }
            }
        }
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= 400; i++) {
            expected.append(i).append('\n');
        }
        assertThat(text).hasToString(expected.toString());
    }
}

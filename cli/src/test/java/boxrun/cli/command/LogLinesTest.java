package boxrun.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Stream;
import boxrun.cli.command.LogLines.Wanted;
import boxrun.client.RunEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LogLinesTest {
    private static final Instant TEN = Instant.parse("2026-11-23T10:00:00Z");
    private static final Instant UNKNOWN = Instant.parse("2026-11-23T09:00:00Z");

    private final StringBuilder shown = new StringBuilder();

    private void show(LogLines lines, Stream stream, int second, String text) throws IOException {
        show(lines, stream, Optional.of(TEN.plusSeconds(second)), text);
    }

    private void show(LogLines lines, Stream stream, Optional<Instant> at, String text) throws IOException {
        lines.show(
                new RunEvent.Output(stream, ByteBuffer.wrap(text.getBytes(UTF_8)), 1, at),
                (to, bytes) -> shown.append(to == Stream.STDERR ? "!" : "").append(UTF_8.decode(bytes)));
    }

    private static LogLines lines(Instant from, Instant to, boolean timestamps) {
        return new LogLines(new Wanted(from, to, timestamps), UNKNOWN);
    }

    @Test
    void withoutAnyWishAllIsPassedOnAsItComes() throws IOException {
        LogLines lines = lines(Instant.MIN, Instant.MAX, false);
        show(lines, Stream.STDOUT, 0, "a\nb");
        show(lines, Stream.STDERR, 0, "c");
        assertThat(shown).hasToString("a\nb!c");
    }

    @Test
    void aLineHasTheTimeOfItsBeginning() throws IOException {
        LogLines lines = lines(Instant.MIN, Instant.MAX, true);
        show(lines, Stream.STDOUT, 0, "one\ntw");
        show(lines, Stream.STDOUT, 5, "o\n\nthree\n");
        show(lines, Stream.STDOUT, Optional.empty(), "old\n");
        assertThat(shown).hasToString("""
                2026-11-23T10:00:00.000Z one
                2026-11-23T10:00:00.000Z two
                2026-11-23T10:00:05.000Z\040
                2026-11-23T10:00:05.000Z three
                2026-11-23T09:00:00.000Z old
                """);
    }

    @Test
    void bothOutputsHaveLinesOfTheirOwn() throws IOException {
        LogLines lines = lines(Instant.MIN, Instant.MAX, true);
        show(lines, Stream.STDOUT, 0, "a");
        show(lines, Stream.STDERR, 1, "b");
        show(lines, Stream.STDOUT, 2, "c\n");
        assertThat(shown).hasToString("2026-11-23T10:00:00.000Z a!2026-11-23T10:00:01.000Z !bc\n");
    }

    @Test
    void linesFromOneTimeToAnotherAreShownWhole() throws IOException {
        LogLines lines = lines(TEN.plusSeconds(2), TEN.plusSeconds(4), false);
        show(lines, Stream.STDOUT, 1, "early\nbegun before");
        show(lines, Stream.STDOUT, 2, " and ended\nfirst\n");
        show(lines, Stream.STDERR, 4, "la");
        show(lines, Stream.STDOUT, 5, "late\n");
        show(lines, Stream.STDERR, 5, "st\nlate\n");
        assertThat(shown).hasToString("first\n!la!st\n");
    }
}

package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Stream;
import boxrun.cli.terminal.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LastLinesTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console = new Console(new ByteArrayInputStream(new byte[0]), out, err, false, false, false);

    private static void add(LastLines lines, Stream stream, String text) {
        lines.add(stream, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void linesOfBothOutputsCountTogether() throws IOException {
        LastLines lines = new LastLines(3);
        add(lines, Stream.STDOUT, "1\n2\n");
        add(lines, Stream.STDERR, "three\n");
        add(lines, Stream.STDOUT, "4\n");
        lines.writeTo(console);

        assertThat(out).hasToString("2\n4\n");
        assertThat(err).hasToString("three\n");
    }

    @Test
    void aLineMayComeInPiecesAndTheLastWithoutItsEnd() throws IOException {
        LastLines lines = new LastLines(2);
        add(lines, Stream.STDOUT, "first\nsec");
        add(lines, Stream.STDOUT, "ond\nthi");
        add(lines, Stream.STDOUT, "rd");
        lines.writeTo(console);

        assertThat(out).hasToString("second\nthird");
    }

    @Test
    void noLinesAreNone() throws IOException {
        LastLines lines = new LastLines(0);
        add(lines, Stream.STDOUT, "a\nb");
        lines.writeTo(console);

        assertThat(out.size()).isZero();
    }
}

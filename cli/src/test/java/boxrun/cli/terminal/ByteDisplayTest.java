package boxrun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Tmux;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ByteDisplayTest {
    private static String shown(String verb, boolean canDraw, boolean terminal) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new ByteArrayInputStream(new byte[0]), out, err, false, false, terminal);
        try (ByteDisplay display = new ByteDisplay(console, verb, canDraw)) {
            display.watch(new ByteArrayInputStream(new byte[2048])).readAllBytes();
            display.interrupt("boxrun: something else");
        }
        assertThat(out.size()).as("bytes of progress on standard output").isZero();
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void onATerminalItIsShownHowMuchWasRead() throws IOException {
        assertThat(shown("copied", true, true))
                .isEqualTo("\r\033[K\033[?7lcopied 2.0 KiB\033[?7h\r\033[Kboxrun: something else\n");
    }

    @Test
    void elsewhereOnlyWordsAre() throws IOException {
        assertThat(shown("copied", true, false)).isEqualTo("boxrun: something else\n");
        assertThat(shown("copied", false, true)).isEqualTo("boxrun: something else\n");
    }

    @Test
    void inANarrowWindowTheLineStaysOne(@TempDir Path directory) throws IOException {
        Path drawn = Files.writeString(directory.resolve("drawn"), shown("copied" + " much".repeat(20), true, true));
        try (Tmux tmux = Tmux.start(40, 20)) {
            tmux.type("clear; cat " + drawn + "; echo $(seq 30)\n");
            assertThat(tmux.await("(?s)something else.*29 30").group()).contains("\n1 2 3");
            assertThat(tmux.screen()).doesNotContain("much");
        }
    }
}

package boxrun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ScreenModesTest {
    /** Escape characters as ^. */
    private static String undo(String... shown) {
        ScreenModes modes = new ScreenModes();
        for (String piece : shown) {
            modes.watch(ByteBuffer.wrap(piece.replace('^', '\033').getBytes(StandardCharsets.UTF_8)));
        }
        return modes.undo().replace('\033', '^').replace("\r\n", "/");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plain text                        | /",
                "^[1mbold                          | ^[0m^(B/",
                "^[?2004hprompt                    | ^[?2004l^[0m^(B/",
                "^[?2004h^[?2004lran               | ^[0m^(B/",
                "^[?25lbusy                        | ^[?25h^[0m^(B/",
                "^[?25l^[?25hready                 | ^[0m^(B/",
                "^[?1h^=keys                       | ^>^[?1l^[0m^(B/",
                "^[?1049h^[?1000;1006hediting      | ^[?1000l^[?1006l^[0m^(B^[r^[?1049l",
                "^[?1049h^[?1049ldone              | ^[0m^(B/",
                "^[?1049h^[?25l^creset             | ^[0m^(B/",
                "^[?12;2026hunknown                | ^[0m^(B/",
                "^[?999999999999h^[?;hnonsense     | ^[0m^(B/",
                "^]0;title?1049h^[4h^[>1h^[!p      | ^[0m^(B/",
            })
    void whatAProgramSwitchedOnIsSwitchedOff(String shown, String undone) {
        assertThat(undo(shown)).isEqualTo(undone);
    }

    @Test
    void aSequenceMayComeInPieces() {
        assertThat(undo("a^", "[", "?20", "04", "h")).isEqualTo("^[?2004l^[0m^(B/");
    }
}

package boxrun.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.PullProgress;
import boxrun.api.PullProgress.Phase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PullDisplayTest {
    private static final String LAYER = "sha256:0123456789abcdef";
    private static final List<PullProgress> PULL = List.of(
            new PullProgress(Phase.RESOLVING, null, 0, 0),
            new PullProgress(Phase.DOWNLOADING, LAYER, 0, 2048),
            new PullProgress(Phase.DOWNLOADING, LAYER, 1024, 2048),
            new PullProgress(Phase.UNPACKING, LAYER, 0, 2048),
            new PullProgress(Phase.DONE, LAYER, 2048, 2048),
            new PullProgress(Phase.DONE, null, 0, 0));

    private static String shown(ProgressMode mode, boolean terminal) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = new Console(new ByteArrayInputStream(new byte[0]), out, err, false, false, terminal);
        try (PullDisplay display = new PullDisplay(console, mode, "alpine", true)) {
            PULL.forEach(display::show);
        }
        assertThat(out.size()).as("bytes of progress on standard output").isZero();
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void plainProgressIsALineForEachStep() {
        assertThat(shown(ProgressMode.PLAIN, false)).isEqualTo("""
                alpine: resolving
                alpine: 0123456789ab downloading 2.0 KiB
                alpine: 0123456789ab unpacking
                alpine: 0123456789ab done
                alpine: done
                """);
    }

    @Test
    void withoutATerminalNothingIsDrawn() {
        assertThat(shown(ProgressMode.AUTO, false)).isEmpty();
        assertThat(shown(ProgressMode.NONE, true)).isEmpty();
    }

    @Test
    void whatIsDrawnIsGoneInTheEnd() {
        assertThat(shown(ProgressMode.AUTO, true))
                .startsWith("\r\033[K\033[?7lalpine: asking the registry\033[?7h")
                .endsWith("\r\033[K")
                .doesNotContain("\n");
    }

    @Test
    void jsonProgressIsAnObjectALine() {
        assertThat(shown(ProgressMode.JSON, false).lines())
                .hasSize(PULL.size())
                .first()
                .isEqualTo("{\"phase\":\"resolving\",\"layer\":null,\"current\":0,\"total\":0}");
    }
}

package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

@Timeout(60)
class TimeOptionTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static Instant read(String text) {
        CommandSpec spec = Options.command("logs", "", "");
        spec.addOption(Options.value("--since", "TIME", ""));
        return TimeOption.read(
                        new CommandLine(spec).parseArgs("--since", text), "--since", NOW, ZoneId.of("Europe/Berlin"))
                .orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "10m, 2026-11-23T11:50:00Z",
        "1h30m, 2026-11-23T10:30:00Z",
        "90, 2026-11-23T11:58:30Z",
        "2026-11-23T10:00:00Z, 2026-11-23T10:00:00Z",
        "2026-11-23T10:00:00.123456789Z, 2026-11-23T10:00:00.123456789Z",
        "2026-11-23T10:00:00+01:00, 2026-11-23T09:00:00Z",
        "2026-11-23T10:00:00, 2026-11-23T09:00:00Z",
        "2026-11-23T10:00, 2026-11-23T09:00:00Z",
        "2026-11-23, 2026-11-22T23:00:00Z",
        "1795435200, 2026-11-23T12:00:00Z",
        "1795435200.123, 2026-11-23T12:00:00Z",
    })
    void aTimeIsWrittenInManyWays(String text, String moment) {
        assertThat(read(text)).isEqualTo(moment);
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "", "2026-13-01", "2026-11-23T25:00:00Z", "2026-11-23T", "-5m", "99999999999999d"})
    void otherTextsAreRefused(String text) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read(text))
                .withMessage("bad value for --since: expected a time such as 2026-11-27T10:00:00Z, or how long ago,"
                        + " such as 10m, got \"" + text + '"');
    }

    @Test
    void withoutTheOptionThereIsNone() {
        CommandSpec spec = Options.command("logs", "", "");
        spec.addOption(Options.value("--since", "TIME", ""));
        assertThat(TimeOption.read(new CommandLine(spec).parseArgs(), "--since", NOW, ZoneId.of("UTC")))
                .isEmpty();
    }
}

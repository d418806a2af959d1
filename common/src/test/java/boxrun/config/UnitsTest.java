package boxrun.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class UnitsTest {
    @ParameterizedTest
    @CsvSource({
        "30s,PT30S",
        "5m,PT5M",
        "7d,P7D",
        "1w,P7D",
        "1h30m,PT1H30M",
        "250ms,PT0.25S",
        "90,PT1M30S",
        "0,PT0S",
        "2H,PT2H"
    })
    void durationsAreReadAsPeopleWriteThem(String text, Duration span) {
        assertThat(Durations.parse(text)).isEqualTo(span);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-5s", "1.5h", "5 m", "s", "5m3", "m5", "9999999999999s"})
    void otherTextsAreNoDurations(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Durations.parse(text))
                .withMessageContaining("expected a duration such as");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "30s", "1h30m", "7d", "1m1s250ms"})
    void aDurationIsWrittenAsItIsRead(String text) {
        assertThat(Durations.text(Durations.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"512,512", "512m,512", "1g,1024", "1.5g,1536", "2GiB,2048", "1 gb,1024", "2048k,2", "1t,1048576"})
    void memoryIsReadInMebibytes(String text, int megabytes) {
        assertThat(Sizes.megabytes(text)).isEqualTo(megabytes);
    }

    @ParameterizedTest
    @CsvSource({"8,8", "8g,8", "8GB,8", "10240m,10", "1t,1024"})
    void diskIsReadInGibibytes(String text, int gigabytes) {
        assertThat(Sizes.gigabytes(text)).isEqualTo(gigabytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "m", "-1", "0", "1x", "100k", "1e9", "99999999999999g", "0.5"})
    void otherTextsAreNoMemory(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sizes.megabytes(text))
                .withMessageStartingWith("expected ");
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "1023,1023 B", "1024,1.0 KiB", "1536,1.5 KiB", "10485760,10 MiB", "1610612736,1.5 GiB"})
    void bytesAreWrittenInTheirLargestUnit(long bytes, String text) {
        assertThat(Sizes.text(bytes)).isEqualTo(text);
    }

    @Test
    void aMisspeltWordFindsItsNearest() {
        assertThat(Spelling.nearest("imgaes", List.of("images", "run", "pull"))).contains("images");
        assertThat(Spelling.nearest("frobnicate", List.of("images", "run", "pull")))
                .isEmpty();
    }

    @Test
    void aVersionRunFromClassFilesIsNotAnAssembledOne() {
        assertThat(Version.current().product()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(Version.current().build()).isEqualTo("unassembled");
    }
}

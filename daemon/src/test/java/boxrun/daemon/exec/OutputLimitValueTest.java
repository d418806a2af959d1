package boxrun.daemon.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How much output is kept when nobody says. */
@Timeout(60)
class OutputLimitValueTest {
    private static final long GB = 1L << 30;

    @Test
    void halfOfTheFreeDiskIsLeftToOthers() {
        assertThat(OutputLimit.usual(0, 100 * GB)).isEqualTo(8 * GB);
        assertThat(OutputLimit.usual(0, 6 * GB)).isEqualTo(3 * GB);
        assertThat(OutputLimit.usual(2 * GB, 4 * GB)).isEqualTo(4 * GB);
        assertThat(OutputLimit.usual(9 * GB, 4 * GB)).isEqualTo(8 * GB);
        assertThat(OutputLimit.usual(0, 0)).isEqualTo(64L << 20);
    }

    @Test
    void whatIsSetCountsWhateverTheDiskHas(@TempDir Path directory) throws Exception {
        assertThat(new OutputLimit(Optional.of(7L)).of(directory, "x.log")).isEqualTo(7);
        Files.write(directory.resolve("x.log"), new byte[1000]);
        long free = directory.toFile().getUsableSpace();
        assertThat(new OutputLimit(Optional.empty()).of(directory, "x.log"))
                .isBetween(OutputLimit.usual(1000, free / 2), OutputLimit.USUAL);
    }
}

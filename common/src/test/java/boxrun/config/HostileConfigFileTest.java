package boxrun.config;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.ProblemException;
import boxrun.fuzz.Fuzz;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever stands in the configuration file: it is taken, or refused in words. */
@Timeout(60)
class HostileConfigFileTest {
    @TempDir
    Path directory;

    @Test
    void anyConfigurationFileIsReadOrRefused() {
        Path file = directory.resolve("config");
        Fuzz.Tally tally = new Fuzz(Fuzz.corpus(getClass(), "corpus-config"), List.of(ProblemException.class), 4 << 20)
                .run(text -> {
                    Files.write(file, text);
                    Settings.load(Map.of("BOXRUN_CONFIG", file.toString()), Map.of());
                });
        assertThat(tally.read()).isPositive();
        assertThat(tally.refused()).isPositive();
    }
}

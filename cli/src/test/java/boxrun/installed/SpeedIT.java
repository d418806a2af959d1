package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short version of {@code .dev/bench}: ratios to a baseline program of the same run, never times. */
@Timeout(300)
class SpeedIT {
    /** What {@code .dev/bench --check} ends with where its baseline cannot run. */
    private static final int NOT_HERE = 77;

    @Test
    void boxrunIsNotMuchSlowerBesideTheBaselineThanItWas() throws Exception {
        Process bench = new ProcessBuilder(
                        Installation.checkout().resolve(".dev/bench").toString(), "--check")
                .redirectErrorStream(true)
                .start();
        String said = new String(bench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = bench.waitFor();
        assumeThat(code).as(said).isNotEqualTo(NOT_HERE);
        assertThat(code).as(said).isZero();
    }
}

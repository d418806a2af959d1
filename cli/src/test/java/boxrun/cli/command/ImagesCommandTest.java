package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Image;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ImagesCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final Image UBUNTU = new Image(
            "docker.io/library/ubuntu:24.04",
            "sha256:0123",
            "linux/amd64",
            1024,
            1,
            List.of("default", "ubuntu"),
            null,
            NOW);

    @ParameterizedTest
    @CsvSource({
        "ubuntu, true",
        "ubuntu:24.04, true",
        "ubuntu:*, true",
        "ub*, true",
        "library/ubuntu, true",
        "docker.io/library/ubuntu:24.04, true",
        "default, true",
        "ubuntu:22.04, false",
        "buntu, false",
        "ubunt, false",
        "ub.ntu, false",
        "*/ubuntu:24.04, true",
        "other/ubuntu, false",
    })
    void anImageIsFoundByWhatPeopleCallIt(String name, boolean found) {
        assertThat(ImagesCommand.fits(UBUNTU, name)).isEqualTo(found);
    }

    @Test
    void digestsAreShownWhenNothingIsToBeLeftOut() {
        assertThat(ImagesCommand.table(List.of(UBUNTU), false, NOW).text()).isEqualTo("""
                REFERENCE                        ALIAS            SIZE      CREATED   PULLED
                docker.io/library/ubuntu:24.04   default,ubuntu   1.0 KiB             just now
                """);
        assertThat(ImagesCommand.table(List.of(UBUNTU), true, NOW).text())
                .contains("PULLED     DIGEST\n", "sha256:0123\n");
    }
}

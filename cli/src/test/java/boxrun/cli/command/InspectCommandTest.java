package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.Image;
import boxrun.cli.command.InspectCommand.Inspect;
import boxrun.cli.print.Listing;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class InspectCommandTest {
    private static final Image UBUNTU = new Image(
            "docker.io/library/ubuntu:24.04",
            "sha256:" + "0".repeat(64),
            "linux/amd64",
            1,
            1,
            List.of("default", "ubuntu"),
            null,
            Instant.EPOCH);

    private static Inspect read(String... words) {
        InspectCommand command = new InspectCommand();
        Surroundings here = new Surroundings(Map.of(), Path.of("/"), false, false);
        return (Inspect) command.read(new CommandLine(command.spec()).parseArgs(words), here);
    }

    @Test
    void theWholeIsJsonUnlessAFieldIsAskedFor() {
        assertThat(read("web", "db"))
                .isEqualTo(new Inspect(List.of("web", "db"), Optional.empty(), new Listing.AsJson()));
        assertThat(read("--type", "image", "web").type()).contains("image");
        assertThat(read("--format", "{{.Pid}}", "web").listing()).isInstanceOf(Listing.AsLines.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--format table x | bad value for --format: there is no table of all that is known",
                "--format wide x  | bad value for --format: expected json, table or a text with {{.Field}} in it, got 'wide'",
                "--type disk x    | bad value for --type: expected one of box, image, got \"disk\"",
            })
    void whatMakesNoSenseIsSaid(String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read(line.split(" ")))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "ubuntu, true",
        "default, true",
        "ubuntu:24.04, true",
        "library/ubuntu:24.04, true",
        "docker.io/library/ubuntu:24.04, true",
        "ubuntu:22.04, false",
        "buntu, false",
    })
    void anImageIsKnownByWhatPeopleCallIt(String name, boolean known) {
        assertThat(InspectCommand.isCalled(UBUNTU, name)).isEqualTo(known);
    }
}

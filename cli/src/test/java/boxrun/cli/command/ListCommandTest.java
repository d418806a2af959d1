package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.BoxStatus;
import boxrun.cli.command.ListCommand.ListBoxes;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Palette;
import boxrun.client.ListedBox;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class ListCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final ListFilter EVERYTHING = new ListFilter(List.of(), List.of(), List.of(), List.of());

    private static ListBoxes read(ListCommand command, String... words) {
        Surroundings here = new Surroundings(Map.of(), Path.of("/"), false, false);
        return (ListBoxes) command.read(new CommandLine(command.spec()).parseArgs(words), here);
    }

    private static ListBoxes ls(String... words) {
        return read(ListCommand.ofAll(), words);
    }

    private static ListBoxes ps(String... words) {
        return read(ListCommand.ofRunning(), words);
    }

    private static ListedBox box(
            String id, @Nullable String name, BoxStatus status, String image, @Nullable String error) {
        return new ListedBox(
                id,
                name,
                status,
                image,
                error,
                NOW.minusSeconds(7200),
                status == BoxStatus.STOPPED ? NOW.minusSeconds(180) : null);
    }

    @Test
    void lsListsAllAndPsWhatRuns() {
        assertThat(ls().status()).isEqualTo("all");
        assertThat(ls("--status", "stopped").status()).isEqualTo("stopped");
        assertThat(ls("-a").status()).isEqualTo("all");
        assertThat(ps().status()).isEqualTo("running");
        assertThat(ps("-a").status()).isEqualTo("all");
        assertThat(ps("--status", "all").status()).isEqualTo("all");
        assertThat(ps("--filter", "status=exited").status()).isEqualTo("all");
        assertThat(ps("-n", "3"))
                .isEqualTo(new ListBoxes("all", EVERYTHING, Optional.of(3), new Listing.AsTable(), false, false));
        assertThat(ls("-q", "--no-trunc", "--format", "json"))
                .isEqualTo(new ListBoxes("all", EVERYTHING, Optional.empty(), new Listing.AsJson(), true, true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--status running --filter label | bad value for --filter: expected KEY=VALUE, got \"label\"",
                "--filter name=                  | bad value for --filter: expected KEY=VALUE, got \"name=\"",
                "--filter size=3      | bad value for --filter: expected one of the keys status, name, image, ancestor, label, got \"size=3\"",
                "--filter status=up   | bad value for --filter: expected a status of creating, running, stopped, error, got \"up\"",
                "--status up          | bad value for --status: expected one of running, stopped, all, got \"up\"",
                "-n 0                 | bad value for --last: expected a whole number above 0, got \"0\"",
                "--format wide        | bad value for --format: expected json, table or a text with {{.Field}} in it, got 'wide'",
            })
    void whatMakesNoSenseIsSaid(String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> ls(line.split(" ")))
                .withMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "-f name=we, true",
        "-f name=x, false",
        "-f name=x -f name=web, true",
        "-f name=web -f image=alpine, false",
        "-f image=ubuntu, true",
        "-f image=ubuntu:24.04, true",
        "-f image=ubuntu:24, false",
        "-f ancestor=ubuntu, true",
        "-f status=running, true",
        "-f status=stopped -f status=running, true",
        "-f status=error, false",
    })
    void everyKeyHasToFitAndOfItsValuesOne(String line, boolean fits) {
        ListedBox web = box("box_000000000001", "web-1", BoxStatus.RUNNING, "ubuntu:24.04", null);
        assertThat(ls(line.split(" ")).filter().fits(web)).isEqualTo(fits);
    }

    @Test
    void labelsAreForTheDaemonToCompare() {
        assertThat(ls("-f", "label=tier", "-f", "label=env=test").filter().labels())
                .containsExactly("tier", "env=test");
    }

    @Test
    void aBoxWithoutANameFitsNoName() {
        ListedBox nameless = box("box_000000000001", null, BoxStatus.RUNNING, "ubuntu:24.04", null);
        assertThat(ls("-f", "name=box").filter().fits(nameless)).isFalse();
    }

    private static final List<ListedBox> BOXES = List.of(
            box("box_000000000001", "web", BoxStatus.RUNNING, "ubuntu:24.04", null),
            box("box_000000000002", null, BoxStatus.STOPPED, "host", null),
            box("box_000000000003", "x", BoxStatus.ERROR, "ghcr.io/a-long-name/" + "x".repeat(40), "out of luck"));

    @Test
    void theTableSaysWhatPeopleWantToKnow() {
        assertThat(ListCommand.table(BOXES, NOW, false, Palette.PLAIN).text()).isEqualTo("""
                ID                 NAME   IMAGE                                      STATUS                  CREATED
                box_000000000001   web    ubuntu:24.04                               running                 2 hours ago
                box_000000000002          host                                       stopped 3 minutes ago   2 hours ago
                box_000000000003   x      ghcr.io/a-long-name/xxxxxxxxxxxxxxxxxxx…   error: out of luck      2 hours ago
                """);
        assertThat(ListCommand.table(BOXES, NOW, true, Palette.PLAIN).text())
                .contains("ghcr.io/a-long-name/" + "x".repeat(40) + "   error");
    }

    @Test
    void coloursTakeNoRoom() {
        assertThat(ListCommand.table(BOXES.subList(0, 2), NOW, false, Palette.COLOUR)
                        .text())
                .isEqualTo("""
                ID                 NAME   IMAGE          STATUS                  CREATED
                box_000000000001   web    ubuntu:24.04   \033[32mrunning\033[0m                 2 hours ago
                box_000000000002          host           \033[2mstopped 3 minutes ago\033[0m   2 hours ago
                """);
    }
}

package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.BoxEvent;
import boxrun.api.ExecEvent;
import boxrun.cli.command.EventsCommand.ShowEvents;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Template;
import boxrun.client.LifeEvent;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class EventsCommandTest {
    private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");

    private static final LifeEvent STOPPED = new LifeEvent.OfBox(
            7, new BoxEvent(BoxEvent.Action.STOPPED, AT, "box_000000000001", "web", "its first process has ended"));
    private static final LifeEvent FINISHED = new LifeEvent.OfExec(
            8, new ExecEvent(ExecEvent.Action.FINISHED, AT, "exec_000000000001", "box_000000000001", 3));

    private static ShowEvents read(String... words) {
        EventsCommand command = new EventsCommand();
        Surroundings here = new Surroundings(Map.of(), Path.of("/"), false, false);
        return (ShowEvents) command.read(new CommandLine(command.spec()).parseArgs(words), here);
    }

    @Test
    void everythingFromNowOnIsShownUnlessItIsFiltered() {
        assertThat(read())
                .isEqualTo(new ShowEvents(
                        Optional.empty(),
                        new EventFilter(List.of(), List.of(), Instant.MIN),
                        false,
                        Integer.MAX_VALUE,
                        new Listing.AsTable()));
        assertThat(read(
                        "-f",
                        "box=web",
                        "-f",
                        "type=box",
                        "-f",
                        "event=stopped",
                        "--since",
                        "2026-11-23T12:00:00Z",
                        "-n",
                        "2",
                        "--format",
                        "json"))
                .isEqualTo(new ShowEvents(
                        Optional.of("web"),
                        new EventFilter(List.of("box"), List.of("stopped"), AT),
                        true,
                        2,
                        new Listing.AsJson()));
    }

    @ParameterizedTest
    @CsvSource({
        "-f type=box, true, false",
        "-f type=exec, false, true",
        "-f event=stopped, true, false",
        "-f event=stopped -f event=finished, true, true",
        "--since 2026-11-23T12:00:00Z, true, true",
        "--since 2026-11-23T12:00:01Z, false, false",
    })
    void whatFitsIsShown(String line, boolean stopped, boolean finished) {
        EventFilter filter = read(line.split(" ")).filter();
        assertThat(filter.fits(STOPPED)).isEqualTo(stopped);
        assertThat(filter.fits(FINISHED)).isEqualTo(finished);
    }

    @Test
    void anEventIsALine() {
        String local = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").format(AT.atZone(ZoneId.systemDefault()));
        assertThat(EventLine.of(STOPPED, new Listing.AsTable()))
                .isEqualTo(local + "  box stopped  box_000000000001 web: its first process has ended");
        assertThat(EventLine.of(FINISHED, new Listing.AsTable()))
                .isEqualTo(local + "  exec finished  exec_000000000001 in box_000000000001, exit code 3");
        assertThat(EventLine.of(STOPPED, new Listing.AsJson()))
                .isEqualTo("{\"type\":\"box\",\"event\":7,\"action\":\"stopped\",\"at\":\"2026-11-23T12:00:00.000Z\","
                        + "\"id\":\"box_000000000001\",\"name\":\"web\",\"reason\":\"its first process has ended\"}");
        assertThat(EventLine.of(FINISHED, new Listing.AsLines(new Template("{{.Type}} {{.ExitCode}}"))))
                .isEqualTo("exec 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "-f box          | bad value for --filter: expected KEY=VALUE, got \"box\"",
                "-f size=1       | bad value for --filter: expected one of the keys box, type, event, got \"size=1\"",
                "-f box=a -f box=b | bad value for --filter: events are of all boxes or of one",
                "-n 0            | bad value for --count: expected a whole number above 0, got \"0\"",
                "--since soon    | bad value for --since: expected a time such as 2026-11-27T10:00:00Z, or how long ago, such as 10m, got \"soon\"",
                "--format wide   | bad value for --format: expected json, table or a text with {{.Field}} in it, got 'wide'",
            })
    void whatMakesNoSenseIsSaid(String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read(line.split(" ")))
                .withMessage(message);
    }
}

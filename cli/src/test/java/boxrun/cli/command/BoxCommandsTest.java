package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.CreateBox;
import boxrun.api.Port;
import boxrun.api.PullPolicy;
import boxrun.api.Volume;
import boxrun.cli.command.GcCommand.RemoveOld;
import boxrun.cli.command.GcCommand.ShowOld;
import boxrun.cli.command.KillCommand.KillBoxes;
import boxrun.cli.command.LogsCommand.ShowLogs;
import boxrun.cli.command.RenameCommand.Rename;
import boxrun.cli.command.RestartCommand.RestartBoxes;
import boxrun.cli.command.RmCommand.RemoveBoxes;
import boxrun.cli.command.StartCommand.StartBoxes;
import boxrun.cli.command.StopCommand.StopBoxes;
import boxrun.cli.command.WaitCommand.WaitForBoxes;
import boxrun.cli.command.WaitCommand.WaitForExecs;
import boxrun.cli.terminal.ProgressMode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What is read from the command lines of the commands that are about boxes. */
@Timeout(60)
class BoxCommandsTest {
    private static final StopGrace DAEMONS_CHOICE = new StopGrace(Optional.empty());

    private static Action read(Command command, String... words) {
        Surroundings here = new Surroundings(Map.of("HOME", "/home/me"), Path.of("/"), false, false);
        return command.read(new CommandLine(command.spec()).parseArgs(words), here);
    }

    private static BoxTargets targets(String... names) {
        return new BoxTargets(List.of(names), false, false);
    }

    @Test
    void severalBoxesMayBeNamedOnce() {
        assertThat(read(new StartCommand(), "web", "db", "web")).isEqualTo(new StartBoxes(targets("web", "db")));
        assertThat(read(new StopCommand(), "web")).isEqualTo(new StopBoxes(targets("web"), DAEMONS_CHOICE));
        assertThat(read(new RestartCommand(), "web")).isEqualTo(new RestartBoxes(targets("web"), DAEMONS_CHOICE));
        assertThat(read(new RmCommand(), "-f", "web")).isEqualTo(new RemoveBoxes(targets("web"), true));
    }

    @Test
    void allBoxesMayBeTakenInsteadOfSome() {
        BoxTargets all = new BoxTargets(List.of(), true, true);

        assertThat(read(new StopCommand(), "--all", "--ignore")).isEqualTo(new StopBoxes(all, DAEMONS_CHOICE));
        assertThat(read(new RmCommand(), "-a", "--ignore")).isEqualTo(new RemoveBoxes(all, false));
    }

    @Test
    void theGraceIsInSecondsUnlessItHasAUnit() {
        assertThat(read(new StopCommand(), "-t", "30", "web"))
                .isEqualTo(new StopBoxes(targets("web"), new StopGrace(Optional.of(Duration.ofSeconds(30)))));
        assertThat(read(new RestartCommand(), "--time", "1m", "web"))
                .isEqualTo(new RestartBoxes(targets("web"), new StopGrace(Optional.of(Duration.ofMinutes(1)))));
        assertThat(read(new StopCommand(), "-t", "0", "web"))
                .isEqualTo(new StopBoxes(targets("web"), new StopGrace(Optional.of(Duration.ZERO))));
    }

    @Test
    void aBoxIsMadeOfTheDefaultImageUnlessOneIsNamed() {
        assertThat(read(new CreateCommand()))
                .isEqualTo(new MakeBox(
                        new CreateBox("default", null, null, null, null, null, null, null, null),
                        ProgressMode.AUTO,
                        false,
                        Optional.empty()));
    }

    @Test
    void everyOptionOfCreateHasItsPlaceInTheRequest() {
        assertThat(read(
                        new CreateCommand(),
                        "--name",
                        "web",
                        "--cpu",
                        "1.5",
                        "--memory",
                        "1g",
                        "--disk",
                        "20",
                        "--network",
                        "-w",
                        "/srv",
                        "-e",
                        "A=1",
                        "-v",
                        "/tmp:/data:ro",
                        "-l",
                        "stage=test",
                        "--label",
                        "mine",
                        "-p",
                        "8080:80",
                        "-p",
                        "0.0.0.0::53/tcp",
                        "--publish",
                        "22",
                        "--pids-limit",
                        "100",
                        "--pull",
                        "always",
                        "--init-timeout",
                        "5",
                        "-q",
                        "rootfs:tree"))
                .isEqualTo(new MakeBox(
                        new CreateBox(
                                "rootfs:/tree",
                                "web",
                                new BigDecimal("1.5"),
                                1024,
                                20,
                                true,
                                "/srv",
                                Map.of("A", "1"),
                                List.of(new Volume("/tmp", "/data", true)),
                                Map.of("stage", "test", "mine", ""),
                                List.of(new Port(null, 8080, 80), new Port("0.0.0.0", 0, 53), new Port(null, 0, 22)),
                                100,
                                PullPolicy.ALWAYS),
                        ProgressMode.NONE,
                        true,
                        Optional.of(Duration.ofSeconds(5))));
    }

    @Test
    void logsAndWaitAreAboutTheLatestCommandUnlessOneIsNamed() {
        BoxAndExec latest = new BoxAndExec("web", Optional.empty());
        BoxAndExec named = new BoxAndExec("web", Optional.of("exec_1"));

        LogLines.Wanted all = new LogLines.Wanted(Instant.MIN, Instant.MAX, false);
        assertThat(read(new LogsCommand(), "web")).isEqualTo(new ShowLogs(latest, false, Integer.MAX_VALUE, all));
        assertThat(read(new LogsCommand(), "-f", "-n", "5", "web", "exec_1"))
                .isEqualTo(new ShowLogs(named, true, 5, all));
        Instant ten = Instant.parse("2026-11-23T10:00:00Z");
        assertThat(read(
                        new LogsCommand(),
                        "-t",
                        "--since",
                        "2026-11-23T10:00:00Z",
                        "--until=2026-11-23T10:00:01Z",
                        "web"))
                .isEqualTo(new ShowLogs(
                        latest, false, Integer.MAX_VALUE, new LogLines.Wanted(ten, ten.plusSeconds(1), true)));
        assertThat(read(new LogsCommand(), "--tail", "all", "web")).isEqualTo(read(new LogsCommand(), "web"));
        assertThat(read(new WaitCommand(), "web")).isEqualTo(new WaitForExecs(List.of(latest)));
        assertThat(read(new WaitCommand(), "web", "exec_1")).isEqualTo(new WaitForExecs(List.of(named)));
    }

    @Test
    void severalAreWaitedForOneAfterTheOther() {
        assertThat(read(new WaitCommand(), "web", "exec_1", "exec_2", "db", "exec_box", "two"))
                .isEqualTo(new WaitForExecs(List.of(
                        new BoxAndExec("web", Optional.of("exec_1")),
                        new BoxAndExec("web", Optional.of("exec_2")),
                        new BoxAndExec("db", Optional.of("exec_box")),
                        new BoxAndExec("two", Optional.empty()))));
        assertThat(read(new WaitCommand(), "exec_box"))
                .isEqualTo(new WaitForExecs(List.of(new BoxAndExec("exec_box", Optional.empty()))));
        assertThat(read(new WaitCommand(), "--condition", "stopped", "web", "db"))
                .isEqualTo(new WaitForBoxes(List.of("web", "db")));
    }

    @Test
    void aSignalIsReadWithAndWithoutItsPrefix() {
        assertThat(read(new KillCommand(), "web")).isEqualTo(new KillBoxes(targets("web"), "KILL"));
        assertThat(read(new KillCommand(), "-s", "sigint", "web")).isEqualTo(new KillBoxes(targets("web"), "INT"));
        assertThat(read(new KillCommand(), "-s", "9", "web")).isEqualTo(new KillBoxes(targets("web"), "KILL"));
    }

    @Test
    void theAgeOfGarbageMayBeWrittenInTwoWays() {
        assertThat(read(new GcCommand())).isEqualTo(new RemoveOld(Optional.empty()));
        assertThat(read(new GcCommand(), "--older-than", "60"))
                .isEqualTo(new RemoveOld(Optional.of(Duration.ofMinutes(1))));
        assertThat(read(new GcCommand(), "--filter", "until=168h", "--dry-run"))
                .isEqualTo(new ShowOld(Duration.ofDays(7)));
        assertThat(read(new GcCommand(), "--dry-run")).isEqualTo(new ShowOld(Duration.ofHours(1)));
    }

    @Test
    void aBoxIsRenamedFromAndTo() {
        assertThat(read(new RenameCommand(), "web", "old")).isEqualTo(new Rename("web", "old"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "stop             | missing argument BOX",
                "stop --all web   | --all and the name of a box exclude each other",
                "stop -t soon web | bad value for --time: expected a duration such as 500ms, 30s, 5m, 1h30m or 7d, got \"soon\"",
                "logs -n -3 web   | bad value for --tail: expected a number of lines or all, got \"-3\"",
                "logs -f --until 10m web | -f goes on until the command ends, and --until ends before",
                "logs -n few web  | bad value for --tail: expected a number of lines or all, got \"few\"",
                "create -p 1:2:3:4 | bad port '1:2:3:4': expected HOST:BOX, IP:HOST:BOX or BOX, of TCP ports",
                "create -p 80:0   | bad port '80:0': expected HOST:BOX, IP:HOST:BOX or BOX, of TCP ports",
                "create -p 53/udp | bad port '53/udp': expected HOST:BOX, IP:HOST:BOX or BOX, of TCP ports",
                "create -p 65536  | bad port '65536': expected HOST:BOX, IP:HOST:BOX or BOX, of TCP ports",
                "create -l =x     | bad label '=x': expected NAME=VALUE or NAME",
                "create --pids-limit 0 | bad value for --pids-limit: expected a whole number above 0, got \"0\"",
                "create --init-timeout 0 | bad value for --init-timeout: expected a duration above 0",
                "gc --filter x=y  | bad value for --filter: expected until=DURATION, got \"x=y\"",
                "gc --filter until=x | bad value for --filter: expected a duration such as 500ms, 30s, 5m, 1h30m or 7d, got \"x\"",
                "wait             | missing argument BOX",
                "wait --condition stopped | missing argument BOX",
                "wait --condition gone a | bad value for --condition: expected one of exited, stopped, got \"gone\"",
                "shell web        | a shell needs a terminal, and standard input is none",
            })
    void whatMakesNoSenseIsSaid(String line, String message) {
        List<String> words = List.of(line.split(" "));
        Command command =
                switch (words.getFirst()) {
                    case "stop" -> new StopCommand();
                    case "logs" -> new LogsCommand();
                    case "create" -> new CreateCommand();
                    case "gc" -> new GcCommand();
                    case "wait" -> new WaitCommand();
                    default -> ShellCommand.shell();
                };

        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read(command, words.subList(1, words.size()).toArray(String[]::new)))
                .withMessage(message);
    }
}

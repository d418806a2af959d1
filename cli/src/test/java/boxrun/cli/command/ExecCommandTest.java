package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.StartExec;
import boxrun.cli.command.ExecCommand.ExecDetached;
import boxrun.config.Settings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class ExecCommandTest {
    private static Action read(boolean interactive, String... words) {
        ExecCommand command = new ExecCommand();
        Surroundings here = new Surroundings(Map.of("TERM", "xterm"), Path.of("/"), interactive, interactive);
        return command.read(new CommandLine(command.spec()).parseArgs(words), here);
    }

    private static StartExec plain(String... command) {
        return new StartExec(List.of(command), null, null, null, null, null, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "web echo hi      | echo hi",
                "web -- echo hi   | echo hi",
                "-- web echo hi   | echo hi",
                "web ls -l --help | ls -l --help",
                "web -- -- x      | -- x",
            })
    void optionsEndAtTheBox(String line, String command) {
        assertThat(read(false, line.split(" "))).isEqualTo(new ExecAction("web", plain(command.split(" "))));
    }

    @Test
    void everyOptionHasItsPlaceInTheRequest() {
        assertThat(read(false, "-i", "-e", "A=1", "-w", "/srv", "-u", "1:2", "--timeout", "1m", "web", "make"))
                .isEqualTo(new ExecAction(
                        "web", new StartExec(List.of("make"), Map.of("A", "1"), "/srv", 60_000L, true, "1:2", null)));
    }

    @Test
    void aDetachedCommandHasNoInputButMayHaveATerminal() {
        assertThat(read(true, "-d", "web", "serve")).isEqualTo(new ExecDetached("web", plain("serve")));
        assertThat(read(false, "-dit", "web", "top"))
                .isEqualTo(new ExecDetached(
                        "web", new StartExec(List.of("top"), Map.of("TERM", "xterm"), null, null, null, null, true)));
    }

    @Test
    void aTerminalOnBothSidesGivesTheCommandOne() {
        assertThat(read(true, "web", "vi")).isInstanceOf(TerminalAction.class);
        assertThat(read(true, "-i", "web", "vi")).isInstanceOf(ExecAction.class);
        assertThat(read(true, "--tty=false", "web", "vi")).isInstanceOf(ExecAction.class);
        assertThat(read(false, "-t", "web", "vi")).isInstanceOf(TerminalAction.class);
    }

    @Test
    void aSessionHasItsKeysFromTheCommandLineOrTheSettings() {
        TerminalAction left = (TerminalAction) read(true, "--session", "work", "web", "vi");
        assertThat(left.session()).contains(new SessionOption("work", Optional.empty()));
        TerminalAction keys = (TerminalAction) read(true, "--session=work", "--detach-keys", "x", "web", "vi");
        assertThat(keys.session()).contains(new SessionOption("work", Optional.of("x")));
        Settings settings = Settings.load(Map.of("BOXRUN_DETACH_KEYS", "alt-x"), Map.of());
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> new SessionOption("work", Optional.empty()).keys(settings))
                .withMessage("bad value for BOXRUN_DETACH_KEYS: expected keys such as ctrl-p,ctrl-q or none, got"
                        + " \"alt-x\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "web              | no command to run in web",
                "web --           | no command to run in web",
                "-it web sh       | standard input is not a terminal, as -it needs",
                "--timeout 0 web x | bad value for --timeout: expected a duration above 0",
                "--session s web x | a session needs a terminal",
                "-dt --session s web x | -d waits for nothing, so that there is no session to leave",
                "--detach-keys x web y | --detach-keys leave a session, and none is named",
                "--session s --detach-keys alt-x web y | bad value for --detach-keys: expected keys such as ctrl-p,ctrl-q or none, got \"alt-x\"",
            })
    void whatMakesNoSenseIsSaid(String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read(false, line.split(" ")))
                .withMessage(message);
    }
}

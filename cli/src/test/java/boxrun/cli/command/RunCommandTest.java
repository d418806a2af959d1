package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.CreateBox;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.api.Run;
import boxrun.api.StartExec;
import boxrun.api.Volume;
import boxrun.cli.terminal.ProgressMode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

@Timeout(60)
class RunCommandTest {
    @TempDir
    private Path directory = Path.of("/nowhere");

    private RunAction read(boolean interactive, String... words) {
        return (RunAction) action(interactive, words);
    }

    private Action action(String... words) {
        return action(false, words);
    }

    private Action action(boolean interactive, String... words) {
        RunCommand command = new RunCommand();
        CommandSpec spec = command.spec();
        CommonOptions.addTo(spec);
        Surroundings here = new Surroundings(
                Map.of("HOME", directory.resolve("home").toString(), "COLOR", "blue", "TERM", "xterm"),
                directory,
                interactive,
                interactive);
        return command.read(new CommandLine(spec).parseArgs(words), here);
    }

    private Run request(String... words) {
        return read(false, words).request();
    }

    private static Run plain(String image, String... command) {
        return new Run(image, List.of(command), null, null, null, null, null, null, null, null, null, null, null, null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "host echo hi             | echo hi",
                "host -- echo hi          | echo hi",
                "-- host echo hi          | echo hi",
                "host -- -- x             | -- x",
                "host echo -- x           | echo -- x",
                "host ls -l --help -h     | ls -l --help -h",
                "--rm host sh -c x        | sh -c x",
                "host env -e A=B          | env -e A=B",
            })
    void optionsEndAtTheImage(String line, String command) {
        assertThat(request(line.split(" "))).isEqualTo(plain("host", command.split(" ")));
    }

    @Test
    void aPathInAnImagesNameStartsFromHere() {
        assertThat(request("docker-archive:x.tar", "true").image())
                .isEqualTo("docker-archive:" + directory.resolve("x.tar"));
        assertThat(request("oci:images:1.0", "true").image()).isEqualTo("oci:" + directory.resolve("images:1.0"));
        assertThat(request("oci-archive:../x.tar", "true").image())
                .isEqualTo("oci-archive:" + directory.resolveSibling("x.tar"));
        assertThat(request("rootfs:~/tree", "true").image()).isEqualTo("rootfs:" + directory.resolve("home/tree"));
        assertThat(request("rootfs:/tree", "true").image()).isEqualTo("rootfs:/tree");
        assertThat(request("ubuntu:24.04", "true").image()).isEqualTo("ubuntu:24.04");
    }

    @Test
    void whatIsNotGivenIsLeftToTheDaemon() {
        assertThat(read(false, "host", "true")).isEqualTo(new RunAction(plain("host", "true"), ProgressMode.AUTO));
    }

    @Test
    void everyOptionHasItsPlaceInTheRequest() throws IOException {
        Files.createDirectory(directory.resolve("src"));
        assertThat(request(
                        "-i",
                        "-e",
                        "A=1",
                        "--volume",
                        "src:/src:ro",
                        "-w",
                        "/src",
                        "-u",
                        "1000:100",
                        "--cpus",
                        "1.5",
                        "-m",
                        "1g",
                        "--disk",
                        "20",
                        "--network",
                        "--timeout",
                        "1m30s",
                        "--pull",
                        "never",
                        "alpine",
                        "make"))
                .isEqualTo(new Run(
                        "alpine",
                        List.of("make"),
                        new BigDecimal("1.5"),
                        1024,
                        20,
                        true,
                        Map.of("A", "1"),
                        List.of(new Volume(directory.resolve("src").toString(), "/src", true)),
                        "/src",
                        90_000L,
                        true,
                        "1000:100",
                        null,
                        PullPolicy.NEVER));
    }

    @Test
    void variablesComeFromFilesHereAndTheCommandLineWhichWins() throws IOException {
        Files.writeString(directory.resolve("vars"), """
                # a comment

                A=from the file
                B="quotes are kept"
                COLOR
                UNSET
                """);

        assertThat(request("--env-file", "vars", "-e", "A=1", "-e", "X=a=b", "-e", "NOTSET", "-e", "E=", "host", "true")
                        .env())
                .isEqualTo(Map.of("A", "1", "B", "\"quotes are kept\"", "COLOR", "blue", "X", "a=b", "E", ""));

        Files.writeString(directory.resolve("windows"), "\uFEFFA=1\r\nB=two words\r\n");
        assertThat(request("--env-file", "windows", "host", "true").env())
                .isEqualTo(Map.of("A", "1", "B", "two words"));
        Files.write(directory.resolve("latin"), new byte[] {'A', '=', (byte) 0xfc});
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> request("--env-file", "latin", "host", "true"))
                .withMessage("cannot read the --env-file: " + directory.resolve("latin") + " is not UTF-8 text");
    }

    @Test
    void volumesMayBeRelativeOrBelowHome() throws IOException {
        Files.createDirectories(directory.resolve("home/data"));
        Files.createDirectories(directory.resolve("a/b"));

        assertThat(request(
                                "-v",
                                "~/data:/data",
                                "-v",
                                "./a/../a/b:/b:rw",
                                "-v",
                                ".:/here",
                                "-v",
                                "~:/home",
                                "host",
                                "true")
                        .volumes())
                .containsExactly(
                        new Volume(directory.resolve("home/data").toString(), "/data", false),
                        new Volume(directory.resolve("a/b").toString(), "/b", false),
                        new Volume(directory.toString(), "/here", false),
                        new Volume(directory.resolve("home").toString(), "/home", false));
    }

    @Test
    void aTerminalOnBothSidesGivesTheCommandOne() {
        assertThat(read(true, "host", "vi").request().tty()).isTrue();
        assertThat(read(true, "host", "vi").request().stdin()).isTrue();
        assertThat(read(true, "host", "vi").request().env()).containsEntry("TERM", "xterm");
        assertThat(read(true, "-i", "host", "vi").request().tty()).isNull();
        assertThat(read(true, "--tty=false", "host", "vi").request().tty()).isNull();
        assertThat(read(false, "host", "vi").request().stdin()).isNull();
        assertThat(read(false, "-t", "host", "vi").request().tty()).isTrue();
    }

    @Test
    void aTerminalWithoutACommandGetsAShell() {
        assertThat(read(true, "host").request().cmd()).startsWith("/bin/sh");
        assertThat(read(true, "-it", "host").request().tty()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "host                       | no command to run in host",
                "-d --rm host x             | -d keeps the box, --rm removes it",
                "--session w host sh        | a session needs a terminal",
                "-it host sh                | standard input is not a terminal, as -it needs",
                "--cpu 0 host x             | bad value for --cpu: expected a number above 0 such as 0.5 or 2, got \"0\"",
                "--cpu many host x          | bad value for --cpu: expected a number above 0 such as 0.5 or 2, got \"many\"",
                "--network none host x      | --network has no value, and none is not an image",
                "--memory 1x host x         | bad value for --memory: expected a size such as 512m or 1.5g, got \"1x\"",
                "--disk 0 host x            | bad value for --disk: expected at least 1 GiB, got \"0\"",
                "--timeout 0s host x        | bad value for --timeout: expected a duration above 0",
                "--timeout soon host x      | bad value for --timeout: expected a duration such as 500ms, 30s, 5m, 1h30m or 7d, got \"soon\"",
                "--pull often host x        | bad value for --pull: expected one of missing, always, never, got \"often\"",
                "--progress big host x      | bad value for --progress: expected one of auto, plain, none, json, got \"big\"",
                "-v /tmp host x             | bad volume '/tmp': expected SRC:DST or SRC:DST:ro",
                "-v /tmp:data host x        | bad volume '/tmp:data': the path in the box must be absolute",
                "-v /tmp:/d:rx host x       | bad volume '/tmp:/d:rx': after the second colon only ro or rw is allowed",
                "-e =x host x               | bad variable in -e =x: expected NAME=VALUE or NAME",
            })
    void whatMakesNoSenseIsSaid(String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> request(line.split(" ")))
                .withMessage(message);
    }

    private static CreateBox box(String image, @Nullable String name) {
        return new CreateBox(image, name, null, null, null, null, null, null, null);
    }

    private static MakeBox making(CreateBox box) {
        return new MakeBox(box, ProgressMode.AUTO, false, Optional.empty());
    }

    private static StartExec exec(String... command) {
        return new StartExec(List.of(command), null, null, null, null, null, null);
    }

    @Test
    void aBoxWithANameStaysUnlessItIsToBeRemoved() {
        assertThat(action("--name", "web", "host", "true"))
                .isEqualTo(new RunKept(making(box("host", "web")), Optional.of(exec("true")), Optional.empty(), false));
        assertThat(request("--rm", "--name", "web", "host", "true").name()).isEqualTo("web");
    }

    @Test
    void whatIsDetachedStaysAndNeedsNoCommand() {
        assertThat(action("-d", "host", "serve"))
                .isEqualTo(new RunKept(making(box("host", null)), Optional.of(exec("serve")), Optional.empty(), true));
        assertThat(action("-d", "--name", "web", "host"))
                .isEqualTo(new RunKept(making(box("host", "web")), Optional.empty(), Optional.empty(), true));
    }

    @Test
    void theBoxThatStaysHasTheVariablesAndTheDirectoryAndTheCommandTheRest() {
        assertThat(action("-e", "A=1", "-w", "/srv", "-u", "1", "--timeout", "1s", "-d", "host", "serve"))
                .isEqualTo(new RunKept(
                        making(new CreateBox("host", null, null, null, null, null, "/srv", Map.of("A", "1"), null)),
                        Optional.of(new StartExec(List.of("serve"), null, null, 1000L, null, "1", null)),
                        Optional.empty(),
                        true));
    }

    @Test
    void aFileThatIsNotThereIsNoMisuse() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> request("-v", "/no/such:/d", "host", "x"))
                .withMessage("cannot mount the volume '/no/such:/d': /no/such does not exist");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> request("--env-file", "/no/file", "host", "x"))
                .withMessage("cannot read the --env-file: /no/file does not exist");
    }

    @Test
    void quietMeansNoProgressUnlessProgressIsAskedFor() {
        assertThat(read(false, "-q", "host", "x").progress()).isEqualTo(ProgressMode.NONE);
        assertThat(read(false, "-q", "--progress", "json", "host", "x").progress())
                .isEqualTo(ProgressMode.JSON);
    }
}

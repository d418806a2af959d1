package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.cli.copy.Copier.Manner;
import boxrun.cli.copy.Place;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class CopyCommandTest {
    private static CopyCommand.Copy read(boolean terminal, String... words) {
        CopyCommand command = new CopyCommand();
        Surroundings here = new Surroundings(Map.of("HOME", "/home/ann"), Path.of("/desk"), terminal, terminal);
        return (CopyCommand.Copy) command.read(new CommandLine(command.spec()).parseArgs(words), here);
    }

    @Test
    void aColonMakesAPathInABox() {
        assertThat(read(false, "a:b", "web:tmp/x"))
                .isEqualTo(new CopyCommand.Copy(
                        new Place.InBox("a", "/b"), new Place.InBox("web", "/tmp/x"), new Manner(false, false), false));
        assertThat(read(false, "./a:b", "web:/").from()).isEqualTo(new Place.Here("./a:b", Path.of("/desk/a:b")));
        assertThat(read(false, "/a:b/", "web:/").from()).isEqualTo(new Place.Here("/a:b/", Path.of("/a:b")));
        assertThat(read(false, "dir/a:b", "web:/").from())
                .isEqualTo(new Place.Here("dir/a:b", Path.of("/desk/dir/a:b")));
        assertThat(read(false, "web:/x", "~/y").to()).isEqualTo(new Place.Here("~/y", Path.of("/home/ann/y")));
        assertThat(read(false, "-", "web:/x").from()).isEqualTo(new Place.Archive());
        assertThat(read(false, "web:a:b", "-").from()).isEqualTo(new Place.InBox("web", "/a:b"));
        assertThat(read(false, "-aLq", "web:/x", "y"))
                .isEqualTo(new CopyCommand.Copy(
                        new Place.InBox("web", "/x"),
                        new Place.Here("y", Path.of("/desk/y")),
                        new Manner(true, true),
                        true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "false | a b         | neither a nor b is in a box",
                "false | - b         | neither - nor b is in a box",
                "false | - -         | neither - nor - is in a box",
                "false | web: b      | no path after 'web:'",
                "false | a web:/x y  | expected two arguments, SRC and DST",
                "true  | - web:/x    | no archive to unpack: standard input is a terminal",
            })
    void whatMakesNoSenseIsSaid(boolean terminal, String line, String message) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> read(terminal, line.split(" ")))
                .withMessage(message);
    }
}

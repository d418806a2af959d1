package boxrun.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Commands;
import boxrun.cli.TypedLine;
import boxrun.cli.command.Catalog;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class HelpTextTest {
    private static final Catalog CATALOG = new Commands();

    static Stream<String> names() {
        return CATALOG.names().stream();
    }

    @Test
    void shortHelpHasALineForEachOption() {
        assertThat(TypedLine.run("rmi", "-h").out()).isEqualTo("""
                Remove images from the store

                Usage: boxrun rmi [OPTIONS] IMAGE...

                Arguments:
                  IMAGE                    what to remove

                Options:
                  -f, --force, --ignore    an image that is not here is no error

                More: boxrun rmi --help
                """);
    }

    @Test
    void longHelpSaysEverything() {
        assertThat(TypedLine.run("rmi", "--help").out()).isEqualTo("""
                Remove images from the store

                Usage: boxrun rmi [OPTIONS] IMAGE...

                Layers that no other image and no box uses are deleted. Prints what was removed.

                Arguments:
                  IMAGE                    what to remove

                Options:
                  -f, --force, --ignore    an image that is not here is no error

                Options of every command:
                  -H, --host URL           the daemon to talk to
                                           unix:///path/to/boxrun.sock or http://host:port; also
                                           BOXRUN_HOST. Without it, the daemon of the state
                                           directory, which is started when it does not run.
                      --debug              show requests, and the causes of a failure
                  -h                       show short help
                      --help               show all help

                Examples:
                  boxrun rmi ubuntu:24.04
                """);
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyCommandHasHelpThatFitsTheScreenAndExamples(String name) {
        String help = TypedLine.run(name, "--help").out();

        assertThat(help).startsWith(Model.of(CATALOG, name).summary()).contains("Examples:\n");
        assertThat(help.lines().filter(line -> !line.startsWith("  boxrun") && line.length() > 80))
                .isEmpty();
        assertThat(TypedLine.run("help", name).out()).isEqualTo(help);
        assertThat(TypedLine.run(name, "-h").out()).hasSizeLessThan(help.length());
    }

    @Test
    void withoutAnythingTheCommandsAndTopicsAreListed() {
        String help = TypedLine.run().out();

        CATALOG.names().forEach(name -> assertThat(help).contains("\n  " + name + " "));
        assertThat(help)
                .contains("\n  exit-codes ")
                .contains("\n  environment ")
                .contains("\n  image-names ");
        assertThat(TypedLine.run("--help").out()).isEqualTo(help);
        assertThat(TypedLine.run("help").out()).isEqualTo(help);
    }

    @Test
    void aTopicIsAPage() {
        assertThat(TypedLine.run("help", "exit-codes").out())
                .contains("  0\n", "  2\n", "  124\n", "  125\n", "  126\n", "  127\n", "  128+n\n", "  130\n");
        assertThat(TypedLine.run("help", "environment").out())
                .contains("  BOXRUN_STATE_DIR\n")
                .contains("  NO_COLOR\n");
    }
}

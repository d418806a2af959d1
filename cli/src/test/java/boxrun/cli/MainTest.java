package boxrun.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class MainTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vresion          | boxrun: no command 'vresion'             | hint: did you mean: boxrun version",
                "frobnicate       | boxrun: no command 'frobnicate'          | hint: boxrun --help lists the commands",
                "version --debgu  | boxrun: unknown option '--debgu'         | hint: did you mean --debug",
                "version --zzzzz  | boxrun: unknown option '--zzzzz'         | hint: boxrun version --help",
                "version -z       | boxrun: unknown option '-z'              | hint: boxrun version --help",
                "version extra    | boxrun: unexpected argument 'extra'      | hint: boxrun version --help",
                "version --host   | boxrun: option --host needs a value: URL | hint: boxrun version --help",
                "--debug          | boxrun: no command given                 | hint: boxrun --help lists the commands",
                "help exit-code   | boxrun: no command or topic 'exit-code'  | hint: did you mean: boxrun help exit-codes",
                "completion tcsh  | boxrun: no completion for 'tcsh'         | hint: the shells are bash, zsh and fish",
            })
    void whatMakesNoSenseIsExplainedWithTheNextStep(String line, String message, String hint) {
        TypedLine typed = TypedLine.run(line.split(" "));

        assertThat(typed.err().lines().filter(text -> !text.startsWith("  "))).containsExactly(message, hint);
        assertThat(typed.out()).isEmpty();
        assertThat(typed.code()).isEqualTo(2);
    }

    @Test
    void commonOptionsStandOnEitherSideOfTheCommand() {
        assertThat(TypedLine.run("--host", "unix:///x", "version").code()).isZero();
        assertThat(TypedLine.run("version", "-H", "unix:///x").code()).isZero();
        assertThat(TypedLine.run("--debug", "version", "--debug").code()).isZero();
    }

    @Test
    void versionIsAlsoAnOption() {
        assertThat(TypedLine.run("--version").out())
                .isEqualTo(TypedLine.run("version").out())
                .startsWith("boxrun ");
    }

    @Test
    void colourIsOnlyForThoseWhoAskForIt() {
        assertThat(TypedLine.run(Map.of("CLICOLOR_FORCE", "1"), "nonsense").err())
                .startsWith("\033[1;31mboxrun:\033[0m ");
        assertThat(TypedLine.run(Map.of("CLICOLOR_FORCE", "1", "NO_COLOR", "1"), "nonsense")
                        .err())
                .startsWith("boxrun: ");
    }

    @Test
    void whatTheJvmCouldNotReadIsNotDone() {
        TypedLine typed = TypedLine.run("run", "host", "echo", "a\uFFFDb");
        assertThat(typed.err()).startsWith("boxrun: 'a?b' has bytes that are not UTF-8\nhint: ");
        assertThat(typed.code()).isEqualTo(2);
    }

    @Test
    void debugShowsTheCauses() {
        assertThat(TypedLine.run("nonsense", "--debug").err())
                .contains("UsageException")
                .contains("    at boxrun.cli");
    }
}

package boxrun.cli.help;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Tmux;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The checked-in scripts in real shells; {@code boxrun} itself is a script here that knows two images and two boxes.
 */
@Timeout(120)
class CompletionTest {
    private static final Path COMPLETIONS =
            Path.of(System.getProperty("boxrun.checkout", "..")).resolve("completions");

    @TempDir
    private Path directory = Path.of("/nowhere");

    @BeforeEach
    void makeBoxrun() throws IOException {
        Path boxrun = Files.writeString(directory.resolve("boxrun"), """
                #!/bin/sh
                case "$1 $2" in
                '__known images') printf 'ubuntu:24.04\\nhost\\n' ;;
                '__known boxes') printf 'web\\nworker\\n' ;;
                '__known places') printf 'web:\\nworker:\\n' ;;
                esac
                """);
        Files.setPosixFilePermissions(boxrun, PosixFilePermissions.fromString("rwx------"));
        Files.writeString(directory.resolve("vars.env"), "");
    }

    /** What bash offers at the end of a line. */
    private List<String> bash(String line) throws IOException, InterruptedException {
        return shell(
                "bash",
                "--norc",
                "--noprofile",
                "-c",
                """
                source "$1"
                read -ra COMP_WORDS <<<"$2"
                [[ $2 != *' ' ]] || COMP_WORDS+=('')
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _boxrun
                printf '%s\\n' "${COMPREPLY[@]}"
                """,
                "bash",
                COMPLETIONS.resolve("boxrun.bash").toString(),
                line);
    }

    private List<String> fish(String line) throws IOException, InterruptedException {
        return shell(
                        "fish",
                        "--no-config",
                        "-c",
                        "source $argv[1]; complete -C $argv[2]",
                        COMPLETIONS.resolve("boxrun.fish").toString(),
                        line)
                .stream()
                .map(offer -> offer.replaceAll("\t.*", ""))
                .toList();
    }

    private List<String> shell(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("PATH", directory + ":" + environment.get("PATH"));
        environment.put("HOME", directory.toString());
        Path errors = directory.resolve("errors");
        Process process = builder.redirectError(errors.toFile()).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(errors).content().isEmpty();
        return output.lines().filter(offer -> !offer.isEmpty()).toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "boxrun ru|run",
                "boxrun --debug im|images",
                "boxrun run --netw|--network",
                "boxrun run --pull al|always",
                "boxrun run --rm ub|ubuntu:24.04",
                "boxrun run -e A=1 ho|host",
                "boxrun run --env-file va|vars.env",
                "boxrun run host cat va|vars.env",
                "boxrun cp we|web:",
                "boxrun cp vars.env wo|worker:",
                "boxrun cp va|vars.env",
                "boxrun completion z|zsh",
                "boxrun help exit|exit-codes",
                "boxrun daemon sta|status start",
            })
    void bashAndFishOfferWhatFits(String line, String offers) throws IOException, InterruptedException {
        assertThat(bash(line)).as("bash").containsExactlyInAnyOrder(offers.split(" "));
        assertThat(fish(line)).as("fish").containsExactlyInAnyOrder(offers.split(" "));
    }

    /** At a prompt bash takes words apart at colons, which names have inside. */
    @Test
    void bashCompletesAtThePrompt() {
        try (Tmux tmux = Tmux.start(100, 30)) {
            tmux.type("cd " + directory + "; PATH=$PWD:$PATH; bind 'set bell-style none'; source "
                    + COMPLETIONS.resolve("boxrun.bash").toAbsolutePath() + "; clear; echo rea''dy\n");
            tmux.await("ready");
            String[][] table = {
                {"boxrun run --rm ub", "ubuntu:24.04"},
                {"boxrun run --rm ubuntu:2", "ubuntu:24.04"},
                {"boxrun run -e A=1 ubuntu:24.0", "ubuntu:24.04"},
                {"boxrun cp we", "web:"},
                {"boxrun cp vars.env wo", "worker:"},
                {"boxrun rm web wo", "worker"},
                {"boxrun run --pull al", "always"},
            };
            for (String[] row : table) {
                tmux.type(row[0]);
                tmux.key("Tab");
                String typed = row[0].substring(0, row[0].lastIndexOf(' ') + 1);
                tmux.await("\\$ " + typed + row[1].replace(".", "\\.") + "(?![^ \n])");
                tmux.key("C-u");
                tmux.key("C-l");
            }
        }
    }

    /** zsh completes at a prompt only, so somebody has to type. */
    @Test
    void zshCompletesAtThePrompt() {
        try (Tmux tmux = Tmux.start(100, 30)) {
            tmux.type("cd " + directory + "; HOME=$PWD PATH=$PWD:$PATH PS1='%% ' zsh -f\n");
            tmux.await("(?m)^% ?$");
            tmux.type("autoload -U compinit; compinit -D; unsetopt beep list_beep; source "
                    + COMPLETIONS.resolve("_boxrun") + "; clear; echo rea''dy\n");
            tmux.await("ready");
            String[][] table = {
                {"boxrun ru", "run"},
                {"boxrun run --netw", "--network"},
                {"boxrun run --pull al", "always"},
                {"boxrun run --rm ub", "ubuntu:24.04"},
                {"boxrun run -e A=1 ho", "host"},
                {"boxrun run --env-file va", "vars.env"},
                {"boxrun cp we", "web:"},
                {"boxrun completion z", "zsh"},
            };
            for (String[] row : table) {
                tmux.type(row[0]);
                tmux.key("Tab");
                String typed = row[0].substring(0, row[0].lastIndexOf(' ') + 1);
                tmux.await("% " + typed + row[1].replace(".", "\\.") + "(?![^ \n])");
                tmux.key("C-u");
                tmux.key("C-l");
            }
        }
    }
}

package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Tmux;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever dies, the terminal is as it was, and the exit code says what happened. */
@Timeout(180)
class RestoredIT {
    /** Makes of the terminal what editors make of it, and waits. */
    private static final String DRAW = """
            printf '\\033[?1049h\\033[?25l\\033[?1000h\\033=drawn'
            exec sleep 1000
            """;

    /** Settings that nobody has by chance; a function, because what is typed should stay on the screen in one line. */
    private static final String LOOK = """
            stty -ixon ixany erase ^H intr ^X
            before=$(stty -g)
            draw=$(cat draw)
            look() {
                echo "code $?"
                until [ "$(stty -g)" = "$before" ]; do :; done
                echo sound
            }
            """;

    @RegisterExtension
    private static final Desk DESK = new Desk();

    private static Tmux tmux() {
        return DESK.tmux();
    }

    private static void boxrun(String... words) throws IOException, InterruptedException {
        DESK.installation().boxrun(words);
    }

    /** Opens a terminal in a box and has its program draw. */
    private static void draw(String command) throws IOException {
        draw(command, DRAW);
    }

    private static void draw(String command, String script) throws IOException {
        Files.writeString(DESK.installation().work().resolve("draw"), script);
        Files.writeString(DESK.installation().work().resolve("look"), LOOK);
        tmux().type("cd " + DESK.installation().work() + "; . ./look; clear\n");
        tmux().await("(?m)^outside> *$");
        tmux().type(command + " sh -c \"$draw\"; look\n");
        tmux().await("(?m)^drawn");
        assertThat(tmux().modes()).isEqualTo("screen nocursor mouse keypad");
    }

    /** Sees that the terminal is as it was before, and how what was shown has ended. */
    private static void sound(int code) {
        tmux().await("(?m)^code " + code + "\\s+sound\\s+outside> *$");
    }

    /** The command line in the terminal. */
    private static ProcessHandle shown() {
        return ProcessHandle.of(tmux().process())
                .orElseThrow()
                .descendants()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("boxrun.cli.Main"))
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }

    private static void kill(String signal, long process) throws IOException, InterruptedException {
        DESK.installation().run(0, "kill", "-s", signal, Long.toString(process));
    }

    private static long number(String field, String... words) throws IOException, InterruptedException {
        String[] asked = new String[words.length + 2];
        System.arraycopy(words, 0, asked, 0, words.length);
        asked[words.length] = "--format";
        asked[words.length + 1] = field;
        return Long.parseLong(DESK.installation().boxrun(asked).strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // A command in a box, one in a session, and one in a box of its own.
                "exec -it victim             | daemon | 125 | boxrun: lost the connection to .*",
                "exec -it --session s victim | daemon | 125 | boxrun: lost .*\\s+hint: come back to the session with: .*",
                "run -it --name victim --rm host | daemon | 125 | boxrun: lost the connection to .*",
                "exec -it victim             | agent  | 137 | boxrun: .*",
                "exec -it --session s victim | agent  | 137 | boxrun: .*",
                "run -it --name victim --rm host | agent | 137 | boxrun: .*",
                "exec -it victim             | stop   | 137 | boxrun: the box was stopped",
                "exec -it --session s victim | stop   | 137 | boxrun: the box was stopped",
                "run -it --name victim --rm host | stop | 137 | boxrun: the box was stopped",
                "exec -it victim             | rm     | 137 | boxrun: the box was \\S+",
                "exec -it --session s victim | rm     | 137 | boxrun: the box was \\S+",
                "run -it --name victim --rm host | rm | 137 | boxrun: the box was \\S+",
                "exec -it victim             | cut    | 125 | boxrun: lost .*",
                "exec -it --session s victim | cut    | 125 | boxrun: lost .*\\s+hint: come back to the session with: .*",
                "run -it --name victim --rm host | cut | 125 | boxrun: lost .*",
                "exec -it victim             | TERM   | 143 | ''",
                "exec -it --session s victim | TERM   | 143 | ''",
                "run -it --name victim --rm host | TERM | 143 | ''",
                "exec -it victim             | HUP    | 129 | ''",
                "exec -it --session s victim | HUP    | 129 | boxrun: left the session, which goes on.*",
                "run -it --name victim --rm host | HUP | 129 | ''",
                "exec -it victim             | INT    | 130 | ''",
            })
    void theTerminalIsRestored(String command, String death, int code, String words)
            throws IOException, InterruptedException {
        boxrun("rm", "-f", "--ignore", "victim");
        if (!command.startsWith("run")) {
            boxrun("create", "--name", "victim", "host");
        }
        try (Cut connection = Cut.to(DESK.installation())) {
            draw(death.equals("cut") ? "boxrun -H " + connection.url() + " " + command : "boxrun " + command);
            switch (death) {
                case "daemon" -> kill("KILL", number("{{.Pid}}", "info"));
                case "agent" -> kill("KILL", number("{{.Pid}}", "inspect", "victim"));
                case "stop" -> boxrun("stop", "-t", "0", "victim");
                case "rm" -> boxrun("rm", "-f", "victim");
                case "cut" -> connection.cut();
                default -> kill(death, shown().pid());
            }
            sound(code);
            assertThat(tmux().modes()).isEmpty();
            assertThat(tmux().screen()).as("the other screen is gone").doesNotContain("drawn");
            if (!words.isEmpty()) {
                tmux().await("(?m)^" + words + "\\s+code " + code);
            }
        }
        boxrun("rm", "-f", "--ignore", "victim");
        assertThat(DESK.installation().boxrun("ls", "--format", "{{.Name}}")).isEqualTo("desk\n");
    }

    /** What a program has made of the screen stays, since nobody is left to undo it; the settings are put back. */
    @ParameterizedTest
    @ValueSource(strings = {"exec -it desk", "run -it host"})
    void evenWhenThisEndIsKilled(String command) throws IOException, InterruptedException {
        draw("boxrun " + command);
        shown().destroyForcibly();
        tmux().await("code 137\\s+sound");
        while (!DESK.installation().boxrun("ls", "-a", "--format", "{{.Name}}").equals("desk\n")) {
            LockSupport.parkNanos(50_000_000);
        }
    }

    @Test
    void aCommandThatIgnoresASignalIsKilledByTheNext() throws IOException, InterruptedException {
        draw("boxrun exec -it desk", """
                trap 'printf told' TERM
                printf '\\033[?1049h\\033[?25l\\033[?1000h\\033=drawn'
                while :; do sleep 0.1; done
                """);
        kill("TERM", shown().pid());
        tmux().await("told");
        kill("TERM", shown().pid());
        sound(137);
        assertThat(tmux().modes()).isEmpty();
    }

    /** The window is closed: whoever shows the command ends, and the command is told, unless it is a session's. */
    @Test
    void aTerminalThatIsHungUpEndsWhatItShows() throws IOException, InterruptedException {
        for (String session : List.of("", "--session s ")) {
            // The shell outlives its terminal, to see the exit code.
            Files.writeString(DESK.installation().work().resolve("outlive"), """
                    trap : HUP
                    boxrun exec -it %sdesk sh -c 'trap "echo told >/tmp/hup; exit 3" HUP; echo rea""dy
                        while :; do sleep 0.1; done'
                    echo code $? >code.new; mv code.new code
                    """.formatted(session));
            tmux().type("cd " + DESK.installation().work() + "; sh outlive\n");
            tmux().await("(?m)^ready");
            DESK.sitDownAgain();
            var code = DESK.installation().work().resolve("code");
            while (!Files.exists(code)) {
                LockSupport.parkNanos(50_000_000);
            }
            // The command may end before the terminal is missed.
            assertThat(code).content().matches(session.isEmpty() ? "code (129|3)\n" : "code 129\n");
            Files.delete(code);
            DESK.installation().run(session.isEmpty() ? 0 : 1, "env", "boxrun", "exec", "desk", "rm", "/tmp/hup");
        }
        assertThat(DESK.installation().boxrun("attach", "--list", "--format", "{{.Name}}", "desk"))
                .isEqualTo("s\n");
    }
}

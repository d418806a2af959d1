package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Tmux;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals to boxrun, from a keyboard and from other programs, and what they are for the command in the box. */
@Timeout(180)
class SignalsIT {
    /** Tells each signal, and goes on; it has no children, which the signals would reach too. */
    private static final String TELLS = """
            for signal in INT TERM HUP QUIT USR1 USR2; do trap "echo $signal" $signal; done
            mkfifo /tmp/never && exec 3<>/tmp/never && rm /tmp/never && echo ready
            while :; do read -r -u 3; done
            """;

    @RegisterExtension
    private static final Desk DESK = new Desk();

    private static Tmux tmux() {
        return DESK.tmux();
    }

    private static void send(String signal, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "exec desk INT",
                "exec desk TERM",
                "exec desk HUP",
                "run host INT",
                "run host TERM",
            })
    void signalsArePassedOnWithoutATerminalAndTheSecondOneThatEndsKills(String how)
            throws IOException, InterruptedException {
        String[] words = how.split(" ", -1);
        Process process = DESK.installation()
                .process("boxrun", words[0], words[1], "bash", "-c", TELLS)
                .redirectErrorStream(true)
                .start();
        try {
            process.getOutputStream().close();
            BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
            assertThat(output.readLine()).isEqualTo("ready");
            // The JVM keeps this one to itself; nothing of that is to be seen.
            send("QUIT", process);
            send("USR1", process);
            assertThat(output.readLine()).isEqualTo("USR1");
            send("USR2", process);
            assertThat(output.readLine()).isEqualTo("USR2");
            send(words[2], process);
            assertThat(output.readLine()).isEqualTo(words[2]);
            send(words[2], process);
            assertThat(output.readLine()).as("the command is killed").isNull();
            assertThat(process.waitFor()).isEqualTo(137);
        } finally {
            process.destroyForcibly();
        }
        assertThat(DESK.installation().boxrun("ls", "--format", "{{.Name}}")).isEqualTo("desk\n");
    }

    /** With a terminal the box's own makes the signal of the key, without one it is passed on. */
    @Test
    void anInterruptFromTheKeyboardReachesTheCommandOfARunOnceAndNothingIsLeft()
            throws IOException, InterruptedException {
        Path told = DESK.installation().work().resolve("told");
        Path enough = DESK.installation().work().resolve("enough");
        Files.writeString(DESK.installation().work().resolve("tell"), """
                trap 'echo interrupted >>/desk/told; echo told' INT
                echo ready
                until [ -e /desk/enough ]; do sleep 0.1; done
                exit 130
                """);
        for (String streams : new String[] {"-it", "--tty=false"}) {
            tmux().type("clear; boxrun run " + streams + " -v "
                    + DESK.installation().work()
                    + ":/desk host sh /desk/tell; echo code $?; stty -a | grep -o -- '-\\?icanon'\n");
            tmux().await("(?m)^ready");
            tmux().key("C-c");
            tmux().await("(?m)^(\\^C)?told");
            Files.createFile(enough);
            tmux().await("code 130\\s+icanon");
            assertThat(told).content().isEqualTo("interrupted\n");
            Files.delete(told);
            Files.delete(enough);
            assertThat(DESK.installation().boxrun("ls", "--format", "{{.Name}}"))
                    .isEqualTo("desk\n");
        }
    }
}

package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Tmux;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody types into a box and reads the screen. */
@Timeout(180)
class TerminalIT {
    @RegisterExtension
    private static final Desk DESK = new Desk();

    private static Tmux tmux() {
        return DESK.tmux();
    }

    /** Opens a shell in the box whose prompt is known. */
    private void enter() {
        tmux().type("clear; boxrun shell desk\n");
        tmux().await("(?m)# *$");
        tmux().type("PS1='inside> '\n");
        tmux().await("(?m)^inside> *$");
    }

    /** Leaves it, and sees that the terminal is as it was. */
    private void leave() {
        tmux().type("exit 7\n");
        tmux().await("(?m)^outside> *$");
        tmux().type("echo code $?; stty -a | grep -o -- '-\\?icanon'\n");
        tmux().await("code 7\\s+icanon");
    }

    @Test
    void anEditorAndAPagerDraw() {
        enter();
        tmux().type("vim -u NONE -i NONE /tmp/note\n");
        tmux().await("(?m)^~\\s*$");
        tmux().type("iwritten in a box");
        tmux().key("Escape");
        tmux().await("written in a box");
        tmux().type(":wq\n");
        tmux().await("(?m)^inside> *$");
        tmux().type("clear; cat /tmp/note; seq 1000 | less\n");
        tmux().await("(?m)^20 *$");
        tmux().type("G");
        tmux().await("(?m)^1000 *\n\\(END\\)");
        tmux().type("q");
        tmux().await("(?m)^inside> *$");
        leave();
    }

    @Test
    void programsThatFillTheScreenDraw() {
        enter();
        tmux().type("htop\n");
        tmux().await("Load average");
        tmux().type("q");
        tmux().await("(?m)^inside> *$");
        tmux().type("clear; tmux -L inner -f /dev/null new-session sh\n");
        tmux().await("\\[0\\] 0:sh");
        tmux().type("echo on the $((1 + 1))nd screen\n");
        tmux().await("on the 2nd screen");
        tmux().type("exit\n");
        tmux().await("\\[exited\\]");
        leave();
    }

    @Test
    void theShellKnowsTheSizeOfTheWindow() {
        enter();
        tmux().type("stty size\n");
        tmux().await("30 100");
        tmux().resize(87, 21);
        tmux().type("until [ \"$(stty size)\" = '21 87' ]; do sleep 0.1; done; echo the sa''me\n");
        tmux().await("the same");
        leave();
    }

    @Test
    void interruptingReachesTheCommandAndNotUs() {
        enter();
        // By the command itself, which has the terminal then: the shell would tell too early.
        tmux().type("sh -c 'echo beg\"\"un; exec sleep 1000'\n");
        tmux().await("begun");
        tmux().key("C-c");
        tmux().type("echo code $?\n");
        tmux().await("code 130");
        leave();
    }

    @Test
    void aCommandInTheBoxGetsOurTerminalToo() {
        tmux().type("boxrun exec desk -- sh -c 'tty; read x; echo got $x; exit 5'; echo code $?\n");
        tmux().await("/dev/pts/\\d+");
        tmux().type("keys\n");
        tmux().await("got keys\\s+code 5");
    }

    @Test
    void withoutATerminalForTheCommandTheSecondInterruptKills() {
        tmux().type("boxrun exec --tty=false desk -- sh -c 'trap \"echo interrupt\"ed INT; echo rea\"\"dy;"
                + " while :; do sleep 0.1; done'; echo code $?\n");
        tmux().await("(?m)^ready");
        tmux().key("C-c");
        tmux().await("interrupted");
        tmux().key("C-c");
        tmux().await("code 137");
    }

    /** What {@code CompletionTest} has for all that can be typed, here with what the daemon knows. */
    @Test
    void theShellsCompleteTheNamesOfBoxes() throws IOException, InterruptedException {
        assertThat(DESK.installation()
                        .run(0, "fish", "-N", "-c", "boxrun completion fish | source; complete -C 'boxrun stop de'"))
                .isEqualTo("desk\n");
        for (String shell : new String[] {"bash --norc --noprofile", "zsh -f"}) {
            tmux().type("PS1='inside> ' " + shell + "\n");
            tmux().await("(?m)^inside> *$");
            tmux().type(
                            shell.startsWith("zsh")
                                    ? "autoload -U compinit; compinit -D; unsetopt beep; source <(boxrun completion zsh)\n"
                                    : "bind 'set bell-style none'; source <(boxrun completion bash)\n");
            tmux().type("clear; echo rea''dy\n");
            tmux().await("(?m)^ready");
            tmux().type("boxrun stop de");
            tmux().key("Tab");
            tmux().await("boxrun stop desk");
            tmux().key("C-u");
            tmux().type("exit\n");
            tmux().await("(?m)^outside> *$");
        }
    }

    @Test
    void statsAreDrawnAgainUntilTheyAreInterrupted() throws IOException, InterruptedException {
        tmux().type("clear; boxrun stats desk; echo code $?; stty -a | grep -o -- '-\\?icanon'\n");
        int before = processes();
        DESK.installation().boxrun("exec", "-d", "desk", "sleep", "1000");
        while (processes() == before) {
            assertThat(Thread.interrupted()).as(tmux().screen()).isFalse();
        }
        assertThat(tmux().screen()).as("drawn over what was there").containsOnlyOnce("PROCESSES");
        tmux().key("C-c");
        tmux().await("code 130\\s+icanon");
    }

    /** What the screen says of the box's processes. */
    private int processes() {
        return Integer.parseInt(tmux().await("(?m)^desk +[\\d.]+% +\\S+ \\S+ +\\S+ \\S+ +(\\d+) ")
                .group(1));
    }
}

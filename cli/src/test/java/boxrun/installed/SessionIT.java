package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.cli.Tmux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Somebody leaves a terminal in a box, and comes back. */
@Timeout(180)
class SessionIT {
    @RegisterExtension
    private static final Desk DESK = new Desk();

    private static Tmux tmux() {
        return DESK.tmux();
    }

    /** Opens a shell in a session of the box, and a file in vim. */
    private void edit(String session) {
        tmux().type("clear; boxrun shell --session " + session + " desk\n");
        tmux().await("(?m)# *$");
        tmux().type("PS1='inside> '\n");
        tmux().await("(?m)^inside> *$");
        tmux().type("vim -u NONE -i NONE /tmp/" + session + "\n");
        tmux().await("(?m)^~\\s*$");
        tmux().type("iwritten before");
        tmux().key("Escape");
        tmux().await("written before");
    }

    private void leave(String session) {
        tmux().key("C-p");
        tmux().key("C-q");
        tmux().await("(?m)^boxrun: left the session, which goes on; come back with: boxrun attach --session " + session
                + " desk\\s+outside> *$");
        assertThat(tmux().modes()).isEmpty();
    }

    /** Sees that the terminal is as it was, and the exit code of what ended. */
    private void sound(int code) {
        tmux().await("(?m)^outside> *$");
        tmux().type("echo code $?; stty -a | grep -o -- '-\\?icanon'\n");
        tmux().await("code " + code + "\\s+icanon");
    }

    @Test
    void anEditorIsStillThere() throws IOException, InterruptedException {
        edit("work");
        leave("work");
        assertThat(tmux().screen()).as("vim has a screen of its own").doesNotContain("written before");
        sound(0);
        tmux().type("boxrun exec --tty=false desk echo mean''while\n");
        tmux().await("meanwhile");
        tmux().type("until boxrun attach --list desk | grep '^work .* no '; do :; done\n");
        tmux().await("(?m)^work +/bin/sh .* no ");

        tmux().type("clear; boxrun attach --session work desk\n");
        tmux().await("written before");
        tmux().type(":wq\n");
        tmux().await("(?m)^inside> *$");
        tmux().type("exit 7\n");
        sound(7);
        assertThat(DESK.installation().boxrun("exec", "desk", "cat", "/tmp/work"))
                .isEqualTo("written before\n");
    }

    /** Of what {@link RestoredIT} leaves open: the session is not only spoken of. */
    @Test
    void aDaemonThatIsKilledLeavesTheSessionAlive() throws IOException, InterruptedException {
        edit("lasting");
        long daemon = Long.parseLong(
                DESK.installation().boxrun("info", "--format", "{{.Pid}}").strip());
        ProcessHandle.of(daemon).orElseThrow().destroyForcibly();
        tmux().await("(?m)boxrun: lost[^$]*^hint: come back to the session with: boxrun attach --session lasting desk"
                + "\\s+outside> *$");
        assertThat(tmux().modes()).isEmpty();
        assertThat(tmux().screen()).as("vim has a screen of its own").doesNotContain("written before");
        sound(125);

        tmux().type("clear; boxrun attach --session lasting desk\n");
        tmux().await("written before");
        tmux().type(":q!\n");
        tmux().await("(?m)^inside> *$");
        tmux().type("exit 3\n");
        sound(3);
    }

    /** What is nearest to the command counts. */
    @Test
    void theKeysThatLeaveAreSetInTheFileTheEnvironmentOrTheCommandLine() throws IOException {
        Path file = DESK.installation().work().resolveSibling(".config/boxrun/config");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "detach_keys = ctrl-t\n");
        try {
            leave("", "", List.of("C-p", "C-q", "a"), "C-t");
            leave("BOXRUN_DETACH_KEYS=a,b", "", List.of("C-t", "a"), "a", "b");
            leave("BOXRUN_DETACH_KEYS=a,b", "--detach-keys ctrl-p,ctrl-q", List.of("C-t", "a", "b"), "C-p", "C-q");
        } finally {
            Files.delete(file);
        }
    }

    /** Opens the session, presses keys that are the shell's, and those that leave. */
    private void leave(String environment, String option, List<String> others, String... keys) {
        tmux().type("clear; " + environment + " boxrun attach --session keys " + option + " desk\n");
        tmux().await("(?m)# *$");
        others.forEach(tmux()::key);
        tmux().key("C-u");
        tmux().type("clear; echo sti''ll\n");
        tmux().await("(?m)^still");
        for (String key : keys) {
            tmux().key(key);
        }
        tmux().await("left the session");
        sound(0);
    }

    @Test
    void aCommandIsLeftWithOtherKeysAndHasItsNameToItself() {
        tmux().type("boxrun exec -it --session ask --detach-keys x desk sh -c 'echo wai''ting; read a; exit $a'\n");
        tmux().await("waiting");
        tmux().key("x");
        tmux().await("left the session");
        sound(0);
        tmux().type("clear; boxrun exec -it --session ask desk ls\n");
        tmux().await("(?m)^boxrun: the session ask of desk runs another command: sh -c .*\\s+"
                + "hint: take another name, or come back to it with: boxrun attach --session ask desk\\s+outside> *$");
        sound(125);
        tmux().type("clear; boxrun attach --session ask desk\n");
        tmux().await("waiting");
        tmux().type("9\n");
        sound(9);
    }

    @Test
    void whoComesTakesOver() throws IOException {
        tmux().type("boxrun shell --session shared desk\n");
        tmux().await("(?m)# *$");
        try (Tmux other = DESK.installation().terminal()) {
            other.type("boxrun shell --session shared desk\n");
            other.await("(?m)# *$");
            tmux().await("(?m)^boxrun: another client has taken over the session shared\\s+"
                    + "hint: come back to the session with: boxrun attach --session shared desk\\s+outside> *$");
            sound(125);
            other.type("exit\n");
            other.await("(?m)^outside> *$");
        }
    }

    @Test
    void aBoxOfItsOwnLivesOnWhenTheWindowIsClosed() throws IOException, InterruptedException {
        tmux().type("boxrun run -it --session all --name own host sh\n");
        tmux().await("(?m)# *$");
        tmux().type("echo be''gun\n");
        tmux().await("begun");
        DESK.sitDownAgain();
        tmux().type("clear; boxrun attach --session all own\n");
        tmux().await("begun");

        DESK.installation().boxrun("stop", "own");
        tmux().await("boxrun: the box was stopped");
        sound(137);
        tmux().type("clear; boxrun attach --session all own\n");
        tmux().await("(?m)^boxrun: the box own does not run: it is stopped\\s+hint: start it with: boxrun start own");
    }
}

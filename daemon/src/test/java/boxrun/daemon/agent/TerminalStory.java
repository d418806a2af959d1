package boxrun.daemon.agent;

import static boxrun.daemon.agent.Commands.as;
import static boxrun.daemon.agent.Commands.onTerminal;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Commands on a terminal. */
interface TerminalStory extends AgentStory {

    private static void type(AgentCommand command, String text) throws Exception {
        command.stdin().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    default void aTerminalHasASizeThatChanges() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            CommandSpec spec = onTerminal(
                    sh("tty -s && stty size; trap 'stty size; exit 9' WINCH; echo ready; while :; do sleep 0.02; done"),
                    80,
                    24);
            AgentCommand command = connection.start(spec, recording);
            recording.awaitStdout(text -> text.contains("ready"));
            assertThat(recording.stdout()).isEqualTo("24 80\r\nready\r\n");
            command.resize(new WindowSize(132, 43));
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(9));
        }
        assertThat(recording.stdout()).endsWith("43 132\r\n");
        assertThat(recording.stderr()).isEmpty();
    }

    @Test
    default void controlCInterruptsTheForeground() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(onTerminal(sh("echo ready; exec sleep 1000"), 80, 24), recording);
            recording.awaitStdout(text -> text.contains("ready"));
            type(command, "\003");
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(2));
        }
    }

    @Test
    default void anInteractiveShellAnswers() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            CommandSpec shell = onTerminal(Commands.command(agent().busybox(), "sh", "-i"), 80, 24);
            AgentCommand command = connection.start(shell, recording);
            type(command, "echo $((6*7))\n");
            recording.awaitStdout(text -> text.contains("\n42\r\n"));
            type(command, "exit 5\n");
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(5));
        }
    }

    @Test
    default void closingTheInputTypesTheEndOfFile() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(onTerminal(sh("stty -echo; cat; echo end"), 80, 24), recording);
            type(command, "line\n");
            recording.awaitStdout(text -> text.contains("line"));
            command.stdin().close();
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdout()).endsWith("line\r\nend\r\n");
    }

    @Test
    default void hangingUpEndsWhatRunsOnTheTerminal() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(onTerminal(sh("echo ready; exec sleep 1000"), 80, 24), recording);
            recording.awaitStdout(text -> text.contains("ready"));
            command.hangup();
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(1));
        }
    }

    @Test
    default void aFloodOnATerminalIsWhole() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(onTerminal(sh("stty -opost; seq 1 200000"), 80, 24), recording);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdout().lines()).hasSize(200_000).last().isEqualTo("200000");
    }

    @Test
    default void aTerminalBelongsToItsUser() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            CommandSpec spec = onTerminal(as(sh("echo yes >/dev/tty; echo also >/dev/stdout"), "nobody", "/"), 80, 24);
            assertThat(run(connection, spec)).isEqualTo("yes\r\nalso");
        }
    }

    @Test
    default void aBackgroundChildLosesTheTerminalWhenTheShellEnds() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            CommandSpec spec = onTerminal(sh("trap '' HUP; sleep 1000 & echo $!"), 80, 24);
            AgentCommand command = connection.start(spec, recording);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
            String pid = recording.stdout().strip();
            assertThat(runs(connection, pid)).isTrue();
            command.end(Duration.ZERO);
            run(
                    connection,
                    "kill -9 " + pid + " 2>/dev/null; while kill -0 " + pid + " 2>/dev/null; do sleep 0.01; done");
        }
    }
}

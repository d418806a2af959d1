package boxrun.daemon.agent;

import static boxrun.daemon.agent.Commands.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What an agent does, however it runs. */
interface AgentContract {

    AgentUnderTest agent();

    /** A shell script. */
    default CommandSpec sh(String script) {
        return command(agent().busybox(), "sh", "-c", script);
    }

    @Test
    default void outputAndExitCodeArrive() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("echo out; echo err >&2; exit 7"), recording);
            assertThat(command.pid()).isPositive();
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(7));
        }
        assertThat(recording.stdout()).isEqualTo("out\n");
        assertThat(recording.stderr()).isEqualTo("err\n");
    }

    @Test
    default void aSignalThatEndsACommandIsTold() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(sh("kill -SEGV $$"), recording);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(11));
        }
    }

    @Test
    default void inputReachesTheCommand() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("cat; echo end"), recording);
            try (OutputStream stdin = command.stdin()) {
                stdin.write("hello\n".getBytes(StandardCharsets.UTF_8));
            }
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdout()).isEqualTo("hello\nend\n");
    }

    @Test
    default void aMissingProgramIs127() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            CommandNotStartedException failure = catchThrowableOfType(
                    CommandNotStartedException.class,
                    () -> connection.start(command("no-such-program"), new Recording()));
            assertThat(failure.exitCode()).isEqualTo(127);
            assertThat(failure).hasMessage("executable no-such-program not found in PATH");
        }
    }

    @Test
    default void aStoppedAgentEndsItsCommandsAndLeaves() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(sh("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done"), recording);
            recording.awaitStdout(text -> text.contains("up"));
            connection.stop(Duration.ofSeconds(20));
        }
        assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(3));
        assertThat(recording.stdout()).isEqualTo("up\nbye\n");
        assertThat(agent().awaitExit()).isZero();
    }
}

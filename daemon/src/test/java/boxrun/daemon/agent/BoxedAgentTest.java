package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The agent as PID 1 of a box. */
@Timeout(120)
class BoxedAgentTest
        implements StartingStory,
                OutputStory,
                InputStory,
                TerminalStory,
                EndingStory,
                ReconnectStory,
                HostilePeerStory {
    private @Nullable BoxedAgent agent;

    @BeforeEach
    void start() throws Exception {
        agent = BoxedAgent.start();
    }

    @AfterEach
    void stop() throws Exception {
        if (agent != null) {
            agent.close();
        }
    }

    @Override
    public AgentUnderTest agent() {
        return Objects.requireNonNull(agent);
    }

    @Test
    void orphansAreReaped() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            run(connection, "for i in 1 2 3 4 5 6 7 8; do setsid sh -c 'sleep 0.05 & exit' & done");
            run(connection, "while ps -o comm | grep -q '[s]leep'; do sleep 0.02; done");
            assertThat(run(connection, "ps -o stat | grep -c '^Z' || true")).isEqualTo("0");
        }
    }

    @Test
    void theBoxCannotGetAtTheAgent() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            Recording recording = new Recording();
            connection.start(
                    sh("readlink /proc/1/fd/3 && echo link; cat /proc/1/environ && echo environ; "
                            + "head -c1 /proc/1/mem && echo mem; cat /proc/1/maps && echo maps; "
                            + "ls /proc/1/root/ && echo root; kill -9 1; kill -STOP 1; kill -HUP 1; "
                            + "echo >/.boxrun/agent && echo written; echo done"),
                    recording);
            recording.awaitEnd();
            assertThat(recording.stdout()).isEqualTo("done\n");
            connection.ping();
        }
    }

    @Test
    void theSupervisorsCannotBeGotAtEither() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            Recording recording = new Recording();
            connection.start(
                    sh("readlink /proc/$PPID/fd/3 && echo link; cat /proc/$PPID/environ && echo environ; echo done"),
                    recording);
            recording.awaitEnd();
            assertThat(recording.stdout()).isEqualTo("done\n");
        }
    }

    @Test
    void aKilledSupervisorEndsItsCommandForTheDaemon() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            Recording recording = new Recording();
            AgentCommand command = connection.start(sh("read x; kill -9 $PPID; sleep 0.3"), recording);
            command.stdin().write('\n');
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(9));
            assertThat(run(connection, "echo fine")).isEqualTo("fine");
        }
    }

    @Test
    void aStoppedSupervisorDoesNotSaveItsCommand() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            Recording recording = new Recording();
            AgentCommand command =
                    connection.start(sh("read x; kill -STOP $PPID; echo stopped; sleep 1000"), recording);
            command.stdin().write('\n');
            recording.awaitStdout(text -> text.equals("stopped\n"));
            command.end(Duration.ZERO);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(9));
        }
    }

    @Test
    void fifosInPlaceOfItsFilesDoNotHoldTheAgentUp() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            run(connection, "rm /etc/passwd /dev/ptmx; mkfifo /etc/passwd /dev/ptmx");
            assertThat(run(connection, "echo fine")).isEqualTo("fine");
            CommandSpec terminal = Commands.onTerminal(sh("true"), 80, 24);
            CommandNotStartedException failure = catchThrowableOfType(
                    CommandNotStartedException.class, () -> connection.start(terminal, new Recording()));
            assertThat(failure.stage()).isEqualTo(StartStage.PTY);
        }
    }

    @Test
    void sigtermFromOutsideStopsTheBox() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(sh("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done"), recording);
            recording.awaitStdout(text -> text.contains("up"));
            new ProcessBuilder("kill", "-TERM", Long.toString(agent().pid()))
                    .start()
                    .waitFor();
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(3));
        }
        assertThat(agent().awaitExit()).isZero();
    }
}

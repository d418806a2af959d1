package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** How commands are ended, with all that descends from them. */
interface EndingStory extends AgentStory {

    /** Starts a child that called setsid, is no child any more, and ignores TERM; writes its number. */
    String ESCAPE = "setsid sh -c \"trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo \\$!\" & wait; ";

    @Test
    default void theWholeTreeEnds() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(
                    sh(ESCAPE + ESCAPE + "trap '' TERM; echo ready; while :; do sleep 0.05; done"), recording);
            String[] lines =
                    recording.awaitStdout(text -> text.contains("ready")).split("\n", 3);
            assertThat(runs(connection, lines[0])).isTrue();
            assertThat(runs(connection, lines[1])).isTrue();
            command.end(Duration.ofMillis(100));
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(9));
            assertThat(runs(connection, lines[0])).isFalse();
            assertThat(runs(connection, lines[1])).isFalse();
        }
    }

    @Test
    default void aCommandMayUseItsGrace() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(
                    sh("trap 'echo cleaning up; exit 4' TERM; echo ready; while :; do sleep 0.05; done"), recording);
            recording.awaitStdout(text -> text.contains("ready"));
            command.end(Duration.ofSeconds(30));
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(4));
        }
        assertThat(recording.stdout()).endsWith("cleaning up\n");
    }

    @Test
    default void aStoppedCommandEndsToo() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("echo ready; kill -STOP $$"), recording);
            recording.awaitStdout(text -> text.contains("ready"));
            command.end(Duration.ofSeconds(30));
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(15));
        }
    }

    @Test
    default void aForkBombEnds() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(
                    sh(
                            "bomb() { [ $1 -gt 6 ] || { bomb $(($1+1)) & bomb $(($1+1)) & }; echo x; while :; do sleep 0.01; done; }; bomb 0"),
                    recording);
            recording.awaitStdout(text -> text.length() > 200);
            command.end(Duration.ZERO);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Signaled(9));
            assertThat(run(connection, "ps | grep -c '[b]omb' || true")).isEqualTo("0");
        }
    }

    @Test
    default void theRestOfACommandThatHasEndedCanBeEnded() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("sleep 1000 >/dev/null 2>&1 & echo $!"), recording);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
            String pid = recording.stdout().strip();
            assertThat(runs(connection, pid)).isTrue();
            command.end(Duration.ZERO);
            run(connection, "while kill -0 " + pid + " 2>/dev/null; do sleep 0.01; done");
        }
    }

    @Test
    default void aSignalReachesTheProcessGroup() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(
                    sh("(trap 'echo child; exit' USR1; echo ready; while :; do sleep 0.02; done) & "
                            + "trap 'echo parent' USR1; wait; wait; exit 6"),
                    recording);
            recording.awaitStdout(text -> text.contains("ready"));
            command.signal(10);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(6));
        }
        assertThat(recording.stdout()).contains("child").contains("parent");
    }

    @Test
    default void aStoppedAgentEndsItsCommandsAndLeaves() throws Exception {
        Recording recording = new Recording();
        Recording deaf = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(sh("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.05; done"), recording);
            connection.start(sh("trap '' TERM; echo up; while :; do sleep 0.05; done"), deaf);
            recording.awaitStdout(text -> text.contains("up"));
            deaf.awaitStdout(text -> text.contains("up"));
            connection.stop(Duration.ofSeconds(1));
        }
        assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(3));
        assertThat(recording.stdout()).isEqualTo("up\nbye\n");
        assertThat(deaf.awaitEnd()).isEqualTo(new CommandEnd.Signaled(9));
        assertThat(agent().awaitExit()).isZero();
    }

    @Test
    default void aStoppedAgentSaysSo() throws Exception {
        CompletableFuture<Boolean> orderly = new CompletableFuture<>();
        AgentConnection connection = AgentConnection.open(
                agent().socket(), AgentUnderTest.TIMEOUT, (stopped, reason) -> orderly.complete(stopped));
        connection.stop(Duration.ZERO);
        assertThat(orderly.get()).isTrue();
        assertThat(agent().awaitExit()).isZero();
    }
}

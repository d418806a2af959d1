package boxrun.daemon.agent;

import static boxrun.daemon.agent.Commands.as;
import static boxrun.daemon.agent.Commands.command;
import static boxrun.daemon.agent.Commands.with;
import static boxrun.daemon.agent.Commands.withoutInput;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How commands start, and how they fail to. */
interface StartingStory extends AgentStory {

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

    private void fails(CommandSpec spec, StartStage stage, int exitCode, String message) {
        try (AgentConnection connection = agent().connect()) {
            CommandNotStartedException failure = catchThrowableOfType(
                    CommandNotStartedException.class, () -> connection.start(spec, new Recording()));
            assertThat(failure).hasMessage(message);
            assertThat(failure.stage()).isEqualTo(stage);
            assertThat(failure.exitCode()).isEqualTo(exitCode);
            assertThat(connection.list()).noneMatch(known -> known.id().equals(spec.id()));
        }
    }

    @Test
    default void aMissingProgramIs127() {
        fails(command("no-such"), StartStage.EXEC, 127, "executable no-such not found in PATH");
        fails(command("/no/such"), StartStage.EXEC, 127, "cannot execute /no/such: no such file or directory");
        fails(command("/etc/passwd/x"), StartStage.EXEC, 127, "cannot execute /etc/passwd/x: not a directory");
    }

    @Test
    default void aProgramThatCannotBeExecutedIs126() {
        fails(command("/etc/passwd"), StartStage.EXEC, 126, "cannot execute /etc/passwd: permission denied");
        fails(command("/etc"), StartStage.EXEC, 126, "cannot execute /etc: permission denied");
    }

    @Test
    default void aProgramInThePathThatCannotBeExecutedIs126() {
        fails(
                with(command("passwd"), Map.of("PATH", "/nowhere:/etc:/tmp")),
                StartStage.EXEC,
                126,
                "cannot execute passwd: permission denied");
    }

    @Test
    default void aMissingInterpreterIs127() throws Exception {
        String script;
        try (AgentConnection connection = agent().connect()) {
            script = run(connection, "f=/tmp/script.$$; echo '#!/no/such' >$f; chmod +x $f; echo $f");
        }
        fails(
                command(script),
                StartStage.INTERPRETER,
                127,
                "cannot execute " + script + ": the interpreter or loader that it names is missing");
        try (AgentConnection connection = agent().connect()) {
            run(connection, "rm " + script);
        }
    }

    @Test
    default void aScriptWithoutInterpreterRunsInTheShell() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            String script = run(connection, "f=/tmp/plain.$$; echo 'echo $0 $1; rm $0' >$f; chmod +x $f; echo $f");
            assertThat(run(connection, command(script, "argument"))).isEqualTo(script + " argument");
        }
    }

    @Test
    default void aMissingWorkingDirectoryIsNamed() {
        fails(
                as(sh("true"), "", "/no/such"),
                StartStage.CWD,
                125,
                "cannot enter the working directory /no/such: no such file or directory");
    }

    @Test
    default void anUnknownUserOrGroupIsNamed() {
        fails(as(sh("true"), "bob", "/"), StartStage.USER, 125, "no user bob in the box's /etc/passwd");
        fails(as(sh("true"), "root:staffers", "/"), StartStage.GROUP, 125, "no group staffers in the box's /etc/group");
    }

    @Test
    default void usersAndGroupsAreThoseOfTheBox() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            assertThat(run(connection, as(sh("echo $(id -u) $(id -g) $HOME"), "", "/")))
                    .isEqualTo("0 0 /root");
            assertThat(run(connection, as(sh("echo $(id -u) $(id -g) $HOME"), "nobody", "/")))
                    .isEqualTo("65534 65534 /nonexistent");
            assertThat(run(connection, as(sh("echo $(id -u) $(id -g)"), "65534", "/")))
                    .isEqualTo("65534 65534");
            assertThat(run(connection, as(sh("echo $(id -u) $(id -g) $HOME"), "4321", "/")))
                    .isEqualTo("4321 0 /");
            assertThat(run(connection, as(sh("echo $(id -u) $(id -g)"), "4321:tty", "/")))
                    .isEqualTo("4321 5");
            assertThat(run(connection, as(sh("echo $(id -u) $(id -G)"), "4321:1234", "/")))
                    .isEqualTo("4321 1234");
        }
    }

    @Test
    default void aUserMayOpenItsOutputAgain() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            CommandSpec spec = as(sh("echo out >/dev/stdout; echo err >/dev/stderr"), "nobody", "/root");
            assertThat(run(connection, spec)).isEqualTo("out");
        }
    }

    @Test
    default void theEnvironmentIsExactlyTheGivenOne() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            CommandSpec spec = with(command(agent().busybox(), "env"), Map.of("ONE", "ä 1", "HOME", "/h"));
            assertThat(run(connection, spec).lines().sorted()).containsExactly("HOME=/h", "ONE=ä 1");
        }
    }

    @Test
    default void umaskAndLimitsAreSet() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            assertThat(run(connection, "umask")).isEqualTo("0022");
            CommandSpec spec = with(sh("ulimit -n"), Map.of("PATH", "/bin"), new ResourceLimit(7, 77, 78));
            assertThat(run(connection, spec)).isEqualTo("77");
        }
    }

    @Test
    default void aCommandHasNoDescriptorBesidesItsOwnThree() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            connection.start(sh("sleep 1000"), new Recording());
            // 3 is ls's own, of the directory that it lists.
            assertThat(run(connection, command(agent().busybox(), "ls", "/proc/self/fd")))
                    .isEqualTo("0\n1\n2\n3");
        }
    }

    @Test
    default void withoutInputStdinIsEmpty() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            assertThat(run(connection, withoutInput(sh("cat; readlink /proc/self/fd/0"))))
                    .isEqualTo("/dev/null");
        }
    }

    @Test
    default void twoMebibytesOfArgumentsArrive() throws Exception {
        List<String> argv = new ArrayList<>(List.of(agent().busybox(), "sh", "-c", "echo $# ${#1} ${#20}", "sh"));
        for (int i = 0; i < 20; i++) {
            argv.add(Integer.toString(i % 10).repeat(100_000));
        }
        try (AgentConnection connection = agent().connect()) {
            assertThat(run(connection, command(argv.toArray(String[]::new)))).isEqualTo("20 100000 100000");
        }
    }

    @Test
    default void tooManyArgumentsAreRefused() {
        String[] argv = new String[60];
        argv[0] = agent().busybox();
        for (int i = 1; i < argv.length; i++) {
            argv[i] = "x".repeat(100_000);
        }
        fails(
                command(argv),
                StartStage.SPEC,
                126,
                "cannot start " + argv[0] + ": its arguments and environment failed: argument list too long");
        String[] fewer = Arrays.copyOf(argv, 40);
        fails(command(fewer), StartStage.EXEC, 126, "cannot execute " + argv[0] + ": argument list too long");
    }

    @Test
    default void manyCommandsRunAtOnce() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            for (int round = 0; round < 5; round++) {
                List<Recording> recordings = new ArrayList<>();
                for (int i = 0; i < 64; i++) {
                    Recording recording = new Recording();
                    recordings.add(recording);
                    connection.start(sh("echo " + i + "; sleep 0.1; echo end >&2; exit " + i), recording);
                }
                for (int i = 0; i < 64; i++) {
                    assertThat(recordings.get(i).awaitEnd()).isEqualTo(new CommandEnd.Exited(i));
                    assertThat(recordings.get(i).stdout()).isEqualTo(i + "\n");
                    assertThat(recordings.get(i).stderr()).isEqualTo("end\n");
                }
            }
        }
    }

    @Test
    default void aThousandCommandsAreKeptAndLeaveNothingWhenForgotten() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            run(connection, "true");
            connection.list().forEach(known -> connection.forget(known.id()));
            assertThat(connection.list()).isEmpty();
            List<String> before = descriptors();
            for (int i = 0; i < 1024; i++) {
                run(connection, command(agent().busybox(), "true"));
            }
            awaitDescriptors(before);
            CommandNotStartedException failure = catchThrowableOfType(
                    CommandNotStartedException.class, () -> connection.start(sh("true"), new Recording()));
            assertThat(failure.stage()).isEqualTo(StartStage.LIMIT);
            List<KnownCommand> known = connection.list();
            assertThat(known).hasSize(1024).allMatch(each -> each.end().equals(Optional.of(new CommandEnd.Exited(0))));
            connection.forget(known.getFirst().id());
            run(connection, "true");
            connection.list().forEach(each -> connection.forget(each.id()));
            assertThat(connection.list()).isEmpty();
            awaitDescriptors(before);
        }
    }
}

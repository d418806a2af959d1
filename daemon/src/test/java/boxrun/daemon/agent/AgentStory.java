package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the stories about agents have in common: an agent, and short words for what they do with it. */
interface AgentStory {

    /** An agent of the test's own. */
    AgentUnderTest agent();

    /** A shell script. */
    default CommandSpec sh(String script) {
        return Commands.command(agent().busybox(), "sh", "-c", script);
    }

    /** What a script writes on stdout, when it ends with 0. */
    default String run(AgentConnection connection, String script) throws Exception {
        return run(connection, sh(script));
    }

    default String run(AgentConnection connection, CommandSpec spec) throws Exception {
        Recording recording = new Recording();
        connection.start(spec, recording);
        assertThat(recording.awaitEnd()).as(recording::stderr).isEqualTo(new CommandEnd.Exited(0));
        return recording.stdout().strip();
    }

    /** True when the agent's commands see a process of this number. */
    default boolean runs(AgentConnection connection, String pid) throws Exception {
        Recording recording = new Recording();
        connection.start(sh("kill -0 " + pid), recording);
        return recording.awaitEnd().equals(new CommandEnd.Exited(0));
    }

    /** A field of the agent's own /proc/PID/status in KiB. */
    default long memory(String field) throws Exception {
        for (String line : Files.readAllLines(Path.of("/proc/" + agent().pid() + "/status"))) {
            if (line.startsWith(field + ":")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("no " + field);
    }

    /** What the agent has open, by kind. */
    default List<String> descriptors() throws Exception {
        List<String> open = new ArrayList<>();
        try (var files = Files.list(Path.of("/proc/" + agent().pid() + "/fd"))) {
            for (Path file : files.toList()) {
                open.add(Files.readSymbolicLink(file).toString().replaceAll("\\d+", "N"));
            }
        }
        return open.stream().sorted().toList();
    }

    /** Waits until the agent has open what it had: a supervisor's socket ends a little after its command. */
    default void awaitDescriptors(List<String> wanted) throws Exception {
        while (!descriptors().equals(wanted)) {
            Thread.sleep(5);
        }
    }
}

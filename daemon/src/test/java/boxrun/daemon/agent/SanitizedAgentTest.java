package boxrun.daemon.agent;

import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The agent compiled with the address and undefined-behaviour sanitizers, which write to a file what they find. */
@Timeout(240)
class SanitizedAgentTest
        implements StartingStory,
                OutputStory,
                InputStory,
                TerminalStory,
                EndingStory,
                ReconnectStory,
                HostilePeerStory {
    private static final Path BINARY = AgentProcess.NATIVE.resolve("boxrun-agent-sanitized");
    private @Nullable AgentProcess agent;

    @BeforeAll
    static void compile() throws Exception {
        Path source = Path.of(System.getProperty("boxrun.checkout", ".."), "daemon/src/main/c");
        Process make = new ProcessBuilder(
                        "make",
                        "--silent",
                        "OUT=" + AgentProcess.NATIVE.toAbsolutePath(),
                        BINARY.toAbsolutePath().toString())
                .directory(source.toFile())
                .inheritIO()
                .start();
        if (make.waitFor() != 0) {
            throw new AssertionError("the sanitized agent does not compile");
        }
    }

    @BeforeEach
    void start() throws Exception {
        agent = AgentProcess.start(BINARY);
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
}

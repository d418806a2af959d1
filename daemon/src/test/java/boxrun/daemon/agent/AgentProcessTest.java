package boxrun.daemon.agent;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** The agent as a plain process. */
@Timeout(120)
class AgentProcessTest
        implements StartingStory,
                OutputStory,
                InputStory,
                TerminalStory,
                EndingStory,
                ReconnectStory,
                HostilePeerStory {
    private @Nullable AgentProcess agent;

    @BeforeEach
    void start() throws Exception {
        agent = AgentProcess.start();
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

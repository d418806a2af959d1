package boxrun.daemon.agent;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** All stories of agents with the {@link SanitizedAgent}. */
@Timeout(240)
class SanitizedAgentTest
        implements StartingStory,
                OutputStory,
                InputStory,
                TerminalStory,
                EndingStory,
                ReconnectStory,
                HostilePeerStory {
    private @Nullable AgentProcess agent;

    @BeforeAll
    static void compile() throws Exception {
        SanitizedAgent.compile();
    }

    @BeforeEach
    void start() throws Exception {
        agent = AgentProcess.start(SanitizedAgent.BINARY);
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

package boxrun.daemon.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A running agent. */
interface AgentUnderTest extends AutoCloseable {
    Duration TIMEOUT = Duration.ofSeconds(20);

    /** Where it listens. */
    Path socket();

    /** Its process id on the host. */
    long pid();

    /** Its exit code, waited for. */
    int awaitExit() throws InterruptedException;

    /** A busybox that its commands can run. */
    String busybox();

    /** More KiB than it needs when it has nothing to do. */
    default long modestMemory() {
        return 2048;
    }

    @Override
    void close() throws IOException;

    /** Between its making of the socket's file and its listening, an agent that has just started refuses. */
    default AgentConnection connect() {
        for (int attempt = 1; ; attempt++) {
            try {
                return AgentConnection.open(socket(), TIMEOUT, (stopped, reason) -> {});
            } catch (AgentLostException notYet) {
                if (attempt == 200) {
                    throw notYet;
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }
}

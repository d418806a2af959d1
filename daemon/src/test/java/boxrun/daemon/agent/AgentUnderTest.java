package boxrun.daemon.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

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

    default AgentConnection connect() {
        return AgentConnection.open(socket(), TIMEOUT, (stopped, reason) -> {});
    }
}

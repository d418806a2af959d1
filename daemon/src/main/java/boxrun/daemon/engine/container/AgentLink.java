package boxrun.daemon.engine.container;

import boxrun.daemon.agent.AgentConnection;
import boxrun.daemon.agent.AgentException;
import boxrun.daemon.agent.AgentLostException;
import boxrun.daemon.agent.AgentProtocolException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The connection to the agent of one running box, made again when it breaks while the box lives. */
final class AgentLink implements AutoCloseable {
    /** An agent answers at once; on a machine that is overloaded or was suspended it may take long. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final BoxDirectory box;
    private final ProcessIdentity agent;
    private final Runnable broken;
    private final Set<FileTransfer.Upload> uploads = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile boolean closed;
    private volatile Optional<String> fault = Optional.empty();
    private volatile AgentConnection connection;

    /**
     * Connects.
     *
     * @param broken called when a connection has ended, on a thread of its own
     */
    AgentLink(BoxDirectory box, ProcessIdentity agent, Runnable broken) {
        this.box = box;
        this.agent = agent;
        this.broken = broken;
        this.connection = open();
    }

    ProcessIdentity agent() {
        return agent;
    }

    AgentConnection connection() {
        return connection;
    }

    /** For a command that reaches the box's files. */
    Kills kills() {
        return Kills.fromNow(() -> 0, () -> DiskWatch.ends(box));
    }

    /** What is being copied into the box. */
    Set<FileTransfer.Upload> uploads() {
        return uploads;
    }

    /** How the agent does not keep to the protocol, if it does not: then its box is in somebody else's hands. */
    Optional<String> fault() {
        return fault.or(connection::fault);
    }

    /**
     * The connection after one that broke: an other one as soon as there is one, empty when the box is gone, or has to
     * go because of its {@link #fault}.
     */
    Optional<AgentConnection> after(AgentConnection lost) {
        lock.lock();
        try {
            while (!closed && connection == lost && fault().isEmpty() && agent.alive()) {
                try {
                    connection = open();
                } catch (AgentProtocolException broken) {
                    fault = Optional.of(broken.message());
                } catch (AgentException notNow) {
                    Thread.sleep(PAUSE);
                }
            }
            return closed || connection == lost ? Optional.empty() : Optional.of(connection);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** True when the link was closed by us, so that what its commands do next is not ours to tell. */
    boolean closed() {
        return closed;
    }

    /** Leaves the agent and its commands to the next daemon. */
    @Override
    public void close() {
        closed = true;
        connection.close();
    }

    private AgentConnection open() throws AgentLostException {
        return AgentConnection.open(box.socket(), TIMEOUT, (_, _) -> broken.run());
    }
}

package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.daemon.agent.AgentException;
import boxrun.daemon.engine.BoxId;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Lets things be done to one box one after the other. */
final class BoxLocks {
    private final Home home;
    private final Map<BoxId, ReentrantLock> locks = new ConcurrentHashMap<>();

    BoxLocks(Home home) {
        this.home = home;
    }

    /** What is done to one box while nothing else is. */
    interface Action {
        void on(BoxDirectory box) throws IOException, InterruptedException;
    }

    /**
     * Does it, after whatever else is being done to the box.
     *
     * @param tried for messages: what comes after "cannot"
     */
    void exclusively(BoxId id, String tried, Action action) {
        ReentrantLock lock = locks.computeIfAbsent(id, _ -> new ReentrantLock());
        lock.lock();
        try {
            action.on(BoxDirectory.of(home, id));
        } catch (IOException | AgentException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": " + e.getMessage()).because(e);
        } catch (InterruptedException e) {
            throw Commands.interrupted(tried, e);
        } finally {
            lock.unlock();
        }
    }

    /** The box is no more. */
    void forget(BoxId id) {
        locks.remove(id);
    }
}

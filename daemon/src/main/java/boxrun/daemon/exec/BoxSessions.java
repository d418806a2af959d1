package boxrun.daemon.exec;

import boxrun.api.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/** The terminals of one box that live on when their clients leave, by name. */
final class BoxSessions {
    private final Map<String, TerminalSession> sessions = new LinkedHashMap<>();
    /** Held while one is started, so that two clients who ask for one name at once share it. */
    private final ReentrantLock starting = new ReentrantLock();

    /** The session of a name; it is started when there is none. */
    TerminalSession of(String name, Function<String, TerminalSession> start) {
        starting.lock();
        try {
            TerminalSession known = find(name);
            return known != null ? known : start.apply(name);
        } finally {
            starting.unlock();
        }
    }

    private synchronized @org.jspecify.annotations.Nullable TerminalSession find(String name) {
        return sessions.get(name);
    }

    /** Makes a session known until its command ends. */
    synchronized void add(TerminalSession session) {
        sessions.put(session.name(), session);
    }

    synchronized void ended(TerminalSession session) {
        sessions.remove(session.name(), session);
        session.delete();
    }

    /** Oldest first. */
    List<Session> all() {
        List<TerminalSession> current;
        synchronized (this) {
            current = List.copyOf(sessions.values());
        }
        return current.stream().map(TerminalSession::described).toList();
    }
}

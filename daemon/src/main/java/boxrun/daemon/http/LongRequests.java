package boxrun.daemon.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The requests that may take as long as they like, so that they can be ended when the daemon is to end. */
final class LongRequests {
    /** Whose client does not read what is being said is not waited for longer. */
    private static final Duration SAID_WITHIN = Duration.ofSeconds(2);

    private final Set<ClientWatch> watches = new HashSet<>();
    private final Set<CommandSocket> sockets = new HashSet<>();
    private boolean ending;

    synchronized void add(ClientWatch watch) {
        watches.add(watch);
        if (ending) {
            watch.daemonEnds();
        }
    }

    synchronized void remove(ClientWatch watch) {
        watches.remove(watch);
        notifyAll();
    }

    synchronized void add(CommandSocket socket) {
        sockets.add(socket);
        if (ending) {
            socket.leave();
        }
    }

    synchronized void remove(CommandSocket socket) {
        sockets.remove(socket);
        notifyAll();
    }

    synchronized int count() {
        return watches.size() + sockets.size();
    }

    /** Ends them, and waits at most so long until they are over. */
    void end(Duration wait) throws InterruptedException {
        List<CommandSocket> leaving;
        synchronized (this) {
            ending = true;
            watches.forEach(ClientWatch::daemonEnds);
            leaving = new ArrayList<>(sockets);
        }
        leaving.forEach(CommandSocket::leave);
        long begin = System.nanoTime();
        awaitNone(begin + SAID_WITHIN.toNanos());
        breakOff();
        awaitNone(begin + wait.toNanos());
    }

    private synchronized void breakOff() {
        watches.forEach(ClientWatch::breakOff);
    }

    private synchronized void awaitNone(long deadline) throws InterruptedException {
        while (count() > 0 && System.nanoTime() < deadline) {
            wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
        }
    }
}

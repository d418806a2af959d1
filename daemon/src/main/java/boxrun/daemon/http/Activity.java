package boxrun.daemon.http;

import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Whether anybody asks anything, for a daemon that leaves when nobody does. */
public final class Activity {
    private final Set<LongRequests> listeners = new HashSet<>();
    private volatile Runnable listener = () -> {};
    private int underWay;

    /** The long requests of a server that begins to listen: WebSockets among them are under way after their request. */
    synchronized LongRequests add() {
        LongRequests requests = new LongRequests();
        listeners.add(requests);
        return requests;
    }

    synchronized void remove(LongRequests requests) {
        listeners.remove(requests);
    }

    /** Has this called when a request begins and when it ends. */
    public void onRequest(Runnable newListener) {
        listener = newListener;
    }

    /** In a few words, when requests are under way. */
    public synchronized Optional<String> now() {
        int count = Math.max(
                underWay, listeners.stream().mapToInt(LongRequests::count).sum());
        return count == 0
                ? Optional.empty()
                : Optional.of(count == 1 ? "a request is under way" : count + " requests are under way");
    }

    void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        change(1);
        try {
            chain.proceed();
        } finally {
            change(-1);
        }
    }

    private void change(int by) {
        synchronized (this) {
            underWay += by;
        }
        listener.run();
    }
}

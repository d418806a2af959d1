package boxrun.daemon.http;

import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.time.Duration;

/** Whether anybody has asked anything lately. */
public final class Activity {
    private int underWay;
    private long lastEnd = System.nanoTime();

    void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        begin();
        try {
            chain.proceed();
        } finally {
            end();
        }
    }

    synchronized void begin() {
        underWay++;
    }

    synchronized void end() {
        underWay--;
        lastEnd = System.nanoTime();
    }

    /** For how long there has been no request; zero while there is one. */
    public synchronized Duration quiet() {
        return underWay > 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - lastEnd);
    }
}

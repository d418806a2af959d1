package boxrun.client;

import boxrun.http.Address;
import boxrun.http.HttpExchange;
import boxrun.http.HttpRequest;
import boxrun.http.HttpResponse;
import boxrun.http.UpgradeRefusedException;
import boxrun.http.WebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/** Tells a line about each request when its answer has begun. */
record ReportedExchange(HttpExchange http, Consumer<String> told) implements HttpExchange {
    @Override
    public Address address() {
        return http.address();
    }

    @Override
    public HttpResponse send(HttpRequest request) throws IOException {
        long began = System.nanoTime();
        HttpResponse answer = http.send(request);
        tell(request, Integer.toString(answer.status()), began);
        return answer;
    }

    @Override
    public WebSocket upgrade(HttpRequest request) throws IOException {
        long began = System.nanoTime();
        try {
            WebSocket socket = http.upgrade(request);
            tell(request, "a WebSocket", began);
            return socket;
        } catch (UpgradeRefusedException e) {
            tell(request, Integer.toString(e.answer().status()), began);
            throw e;
        }
    }

    private void tell(HttpRequest request, String answer, long began) {
        long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
        told.accept(request.method() + " " + request.target() + ": " + answer + " after " + millis + " ms");
    }
}

package boxrun.daemon.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** Stands between a client and a real registry, notes what is asked, and fails as a test wants it. */
public final class RegistryFront implements AutoCloseable {

    /** What happens to a request. */
    public sealed interface Fate {
        /** The registry answers. */
        record Pass() implements Fate {}

        /** The registry's answer breaks off after so many bytes of its body. */
        record Cut(long bytes) implements Fate {}

        /** The front answers with a status and no body. */
        record Status(int code) implements Fate {}

        /** The front redirects to the same path of another server. */
        record Redirect(String origin) implements Fate {}

        /** The head of the registry's answer comes, its body never. */
        record Stall() implements Fate {}
    }

    /** Decides about a request; {@code number} counts the requests for the same path, from 1. */
    public interface Fates {
        Fate of(String path, int number);
    }

    /** A request that came. */
    public record Seen(String path, Optional<String> range, Optional<String> authorization) {}

    private static final Fate PASS = new Fate.Pass();

    private final HttpServer server;
    private final String origin;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private volatile Fates fates = (path, number) -> PASS;
    private volatile boolean closed;

    private RegistryFront(HttpServer server, String origin) {
        this.server = server;
        this.origin = origin;
    }

    /** A front of a registry at {@code host:port}. */
    public static RegistryFront before(String registry) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        RegistryFront front = new RegistryFront(server, "http://" + registry);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", front::answer);
        server.start();
        return front;
    }

    public static Fate pass() {
        return PASS;
    }

    public void fates(Fates decide) {
        seen.clear();
        fates = decide;
    }

    public String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Requests whose path contains a text. */
    public List<Seen> seen(String part) {
        return seen.stream().filter(request -> request.path().contains(part)).toList();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().toString();
        int number;
        synchronized (this) {
            seen.add(new Seen(
                    path,
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))));
            number = (int)
                    seen.stream().filter(request -> request.path().equals(path)).count();
        }
        try (exchange) {
            switch (fates.of(path, number)) {
                case Fate.Pass pass -> forward(exchange, Long.MAX_VALUE);
                case Fate.Cut(long bytes) -> forward(exchange, bytes);
                case Fate.Stall stall -> forward(exchange, -1);
                case Fate.Status(int code) -> exchange.sendResponseHeaders(code, -1);
                case Fate.Redirect(String other) -> {
                    exchange.getResponseHeaders().set("Location", other + path);
                    exchange.sendResponseHeaders(307, -1);
                }
            }
        }
    }

    private void forward(HttpExchange exchange, long bytes) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + exchange.getRequestURI()));
        for (String name : List.of("Accept", "Range", "Authorization")) {
            List<String> values = exchange.getRequestHeaders().getOrDefault(name, List.of());
            values.forEach(value -> request.header(name, value));
        }
        try {
            HttpResponse<InputStream> response =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
            for (String name : List.of("Content-Type", "Content-Range", "WWW-Authenticate", "Docker-Content-Digest")) {
                response.headers()
                        .allValues(name)
                        .forEach(value -> exchange.getResponseHeaders().add(name, value));
            }
            long length = response.headers().firstValueAsLong("Content-Length").orElse(0);
            exchange.sendResponseHeaders(response.statusCode(), length == 0 ? -1 : length);
            try (InputStream body = response.body()) {
                copy(body, exchange, bytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void copy(InputStream body, HttpExchange exchange, long bytes) throws IOException, InterruptedException {
        OutputStream out = exchange.getResponseBody();
        out.flush();
        while (bytes < 0 && !closed) {
            Thread.sleep(10);
        }
        byte[] buffer = new byte[8192];
        long left = bytes;
        for (int count = body.read(buffer); count >= 0 && left > 0; count = body.read(buffer)) {
            out.write(buffer, 0, (int) Math.min(count, left));
            left -= count;
        }
        out.flush();
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        client.shutdownNow();
    }
}

package boxrun.daemon.registry;

import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/** The two clients there are: one that trusts the usual authorities, and one that trusts anybody. */
final class HttpClients {
    private final Supplier<HttpClient> strict;
    private final Supplier<HttpClient> lax;

    HttpClients(RegistrySettings settings) {
        Duration connect = settings.patience().connect();
        ProxySelector proxies = new EnvironmentProxies(settings.environment());
        strict = new Once(() -> client(connect, proxies, Trust.usual(settings.environment())));
        lax = new Once(() -> client(connect, proxies, Trust.anybody()));
    }

    HttpClient of(Endpoint endpoint) {
        return endpoint.lax() ? lax.get() : strict.get();
    }

    private static HttpClient client(Duration connect, ProxySelector proxies, TrustManager trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, null);
            return HttpClient.newBuilder()
                    // One connection per transfer: layers side by side are faster than streams of one connection.
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(connect)
                    .executor(Executors.newVirtualThreadPerTaskExecutor())
                    .sslContext(context)
                    .proxy(proxies)
                    .build();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /** Made when first asked for: a client has threads, and most runs of boxrun need none. */
    private static final class Once implements Supplier<HttpClient> {
        private final Supplier<HttpClient> make;
        private volatile @org.jspecify.annotations.Nullable HttpClient made;

        Once(Supplier<HttpClient> make) {
            this.make = make;
        }

        @Override
        public synchronized HttpClient get() {
            HttpClient client = made;
            if (client == null) {
                client = make.get();
                made = client;
            }
            return client;
        }
    }
}

package boxrun.daemon.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The proxies that {@code HTTPS_PROXY}, {@code HTTP_PROXY} and {@code NO_PROXY} name, in capitals or not. */
final class EnvironmentProxies extends ProxySelector {
    private final Map<String, String> environment;

    EnvironmentProxies(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public List<Proxy> select(URI address) {
        String proxy = setting(address.getScheme() + "_proxy");
        if (proxy.isEmpty() || isExempt(address)) {
            return List.of(Proxy.NO_PROXY);
        }
        try {
            URI where = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
            if (where.getHost() != null) {
                int port = where.getPort() < 0 ? 80 : where.getPort();
                return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(where.getHost(), port)));
            }
        } catch (IllegalArgumentException e) {
            return List.of(Proxy.NO_PROXY);
        }
        return List.of(Proxy.NO_PROXY);
    }

    private String setting(String name) {
        return environment.getOrDefault(name, environment.getOrDefault(name.toUpperCase(Locale.ROOT), ""));
    }

    private boolean isExempt(URI address) {
        String host = address.getHost().toLowerCase(Locale.ROOT);
        if (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]")) {
            return true;
        }
        for (String rule : setting("no_proxy").toLowerCase(Locale.ROOT).split(",", -1)) {
            String name = rule.strip();
            String domain = name.startsWith("*") ? name.substring(1) : name;
            if (domain.isEmpty() && !name.equals("*")) {
                continue;
            }
            String suffix = domain.isEmpty() || domain.startsWith(".") ? domain : "." + domain;
            if (host.equals(name) || (host + ":" + address.getPort()).equals(name) || ("." + host).endsWith(suffix)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI address, SocketAddress proxy, IOException failure) {
        // The caller gets the failure, and says what was tried.
    }
}

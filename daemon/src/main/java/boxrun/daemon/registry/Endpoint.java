package boxrun.daemon.registry;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One address at which a registry, or a mirror of it, may answer; the arithmetic of its paths is here.
 *
 * @param base scheme, host, port, and for a mirror perhaps a path; without a slash at the end
 * @param lax whether any certificate will do
 */
record Endpoint(URI base, boolean lax) {
    private static final Pattern LOOPBACK = Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d+)?");

    /** Where to ask for what a registry has, in order: its mirrors, then itself. */
    static List<Endpoint> of(String registry, RegistrySettings settings) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (URI mirror : settings.mirrors().getOrDefault(registry, List.of())) {
            endpoints.add(new Endpoint(mirror, isInsecure(mirror.getRawAuthority(), settings)));
        }
        String host = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
        Endpoint secure = new Endpoint(URI.create("https://" + host), isInsecure(host, settings));
        Endpoint plain = new Endpoint(URI.create("http://" + host), true);
        if (isLoopback(host)) {
            endpoints.addAll(List.of(plain, secure));
        } else if (secure.lax()) {
            endpoints.addAll(List.of(secure, plain));
        } else {
            endpoints.add(secure);
        }
        return endpoints;
    }

    private static boolean isInsecure(String host, RegistrySettings settings) {
        return settings.insecure().contains(host) || isLoopback(host);
    }

    /** As docker does: what comes from this machine itself cannot be changed on the way. */
    private static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host).matches();
    }

    /** Host and port, by which credentials are found. */
    String authority() {
        String authority = base.getRawAuthority();
        return authority.equals("registry-1.docker.io") ? "docker.io" : authority;
    }

    /** Whether it is the same host and port, with TLS where the other is without or the reverse. */
    boolean isOtherSchemeOf(Endpoint other) {
        return base.getRawAuthority().equals(other.base.getRawAuthority()) && plain() != other.plain();
    }

    boolean plain() {
        return "http".equals(base.getScheme());
    }

    URI of(String repository, String kind, String name) {
        return URI.create(base + "/v2/" + repository + "/" + kind + "/" + name);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}

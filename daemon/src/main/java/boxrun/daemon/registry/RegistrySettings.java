package boxrun.daemon.registry;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How registries are reached.
 *
 * @param mirrors by registry host: base addresses that are asked before it, in order
 * @param insecure hosts (with port where it is not the usual one) that may speak plain HTTP or have any certificate
 * @param environment where credentials and proxies are looked for: HOME, DOCKER_CONFIG, XDG_RUNTIME_DIR, PATH, …
 */
public record RegistrySettings(
        Map<String, List<URI>> mirrors, Set<String> insecure, Map<String, String> environment, Patience patience) {

    /**
     * How long is waited before giving up.
     *
     * @param connect for a connection
     * @param answer for the head of an answer
     * @param stall for the next byte of a transfer
     * @param retries after the first attempt; a transfer that makes progress starts counting anew
     * @param backoff before the first retry; doubled for each further one
     */
    public record Patience(Duration connect, Duration answer, Duration stall, int retries, Duration backoff) {
        public static final Patience USUAL = new Patience(
                Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(30), 4, Duration.ofMillis(300));
    }

    public RegistrySettings {
        mirrors = Map.copyOf(mirrors);
        insecure = Set.copyOf(insecure);
        environment = Map.copyOf(environment);
    }

    /**
     * Reads the settings as users write them.
     *
     * @param mirrors {@code HOST=URL[,HOST=URL…]}; a host may occur several times
     * @param insecure {@code HOST[:PORT][,…]}
     */
    public static RegistrySettings parse(String mirrors, String insecure, Map<String, String> environment) {
        Map<String, List<URI>> byHost = new LinkedHashMap<>();
        for (String mirror : words(mirrors)) {
            int equals = mirror.indexOf('=');
            if (equals <= 0) {
                throw invalid("BOXRUN_REGISTRY_MIRRORS", mirror, "docker.io=http://127.0.0.1:5000");
            }
            byHost.computeIfAbsent(mirror.substring(0, equals).strip(), host -> new ArrayList<>())
                    .add(address(mirror.substring(equals + 1).strip(), mirror));
        }
        Set<String> hosts = new HashSet<>();
        for (String host : words(insecure)) {
            if (host.contains("/")) {
                throw invalid("BOXRUN_INSECURE_REGISTRIES", host, "registry.example:5000");
            }
            hosts.add(host);
        }
        return new RegistrySettings(byHost, hosts, environment, Patience.USUAL);
    }

    private static URI address(String text, String mirror) {
        try {
            URI address = new URI(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
            if (http && address.getHost() != null && address.getQuery() == null && address.getUserInfo() == null) {
                return address;
            }
        } catch (URISyntaxException e) {
            throw invalid("BOXRUN_REGISTRY_MIRRORS", mirror, "docker.io=http://127.0.0.1:5000")
                    .because(e);
        }
        throw invalid("BOXRUN_REGISTRY_MIRRORS", mirror, "docker.io=http://127.0.0.1:5000");
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        return words;
    }

    private static ProblemException invalid(String setting, String value, String example) {
        return new ProblemException(ErrorCode.VALIDATION_ERROR, setting + ": cannot read \"" + value + "\"")
                .hint("write it like " + example);
    }
}

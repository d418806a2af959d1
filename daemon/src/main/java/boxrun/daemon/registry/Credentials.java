package boxrun.daemon.registry;

import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds what {@code docker login} or {@code podman login} has kept for a registry: in Docker's config.json, then in the
 * auth.json of podman and skopeo; through credential helpers where the file names one.
 */
final class Credentials {
    private static final String DOCKER_HUB_KEY = "https://index.docker.io/v1/";

    private final Map<String, String> environment;
    private final CredentialProgram helper;

    Credentials(Map<String, String> environment) {
        this.environment = environment;
        this.helper = new CredentialProgram(environment);
    }

    /** The files that may have credentials, in the order in which they are asked. */
    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        String explicit = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
        if (!explicit.isEmpty()) {
            files.add(Path.of(explicit));
        }
        String config = environment.getOrDefault("DOCKER_CONFIG", "");
        String home = environment.getOrDefault("HOME", "");
        if (!config.isEmpty()) {
            files.add(Path.of(config, "config.json"));
        } else if (!home.isEmpty()) {
            files.add(Path.of(home, ".docker", "config.json"));
        }
        String runtime = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        if (!runtime.isEmpty()) {
            files.add(Path.of(runtime, "containers", "auth.json"));
        }
        return files;
    }

    /**
     * @param authority host and port
     * @throws RegistryException when a file or a helper fails
     */
    Optional<Credential> find(String authority) throws IOException, InterruptedException {
        for (Path file : files()) {
            Optional<JsonObject> config = read(file);
            if (config.isPresent()) {
                Optional<Credential> found = find(config.get(), authority, file);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonObject> read(Path file) throws RegistryException {
        try {
            return Optional.of(Json.OCI.tree(Files.readAllBytes(file)).asObject("the file"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RegistryException(
                    RegistryException.Kind.DENIED, "cannot read the credentials in " + file + ": " + e, e);
        } catch (MalformedJsonException e) {
            throw malformed(file, e);
        }
    }

    private Optional<Credential> find(JsonObject config, String authority, Path file)
            throws IOException, InterruptedException {
        try {
            String key = authority.equals("docker.io") ? DOCKER_HUB_KEY : authority;
            Map<String, String> helpers = config.stringMap("credHelpers");
            String own = helpers.getOrDefault(authority, helpers.getOrDefault(key, ""));
            if (!own.isEmpty()) {
                return helper.get(own, key);
            }
            Optional<Credential> kept = kept(config, authority);
            String store = config.string("credsStore").orElse("");
            return kept.isPresent() || store.isEmpty() ? kept : helper.get(store, key);
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw malformed(file, e);
        }
    }

    private static Optional<Credential> kept(JsonObject config, String authority) {
        JsonObject auths = config.object("auths").orElse(JsonObject.EMPTY);
        for (String key : auths.members().keySet()) {
            if (host(key).equals(authority)) {
                Optional<Credential> credential = credential(auths.object(key).orElse(JsonObject.EMPTY));
                if (credential.isPresent()) {
                    return credential;
                }
            }
        }
        return Optional.empty();
    }

    /** Keys are written as host, as host and path, or as address. */
    private static String host(String key) {
        String rest = key.substring(key.indexOf("://") < 0 ? 0 : key.indexOf("://") + 3);
        int slash = rest.indexOf('/');
        String host = slash < 0 ? rest : rest.substring(0, slash);
        return host.equals("index.docker.io") || host.equals("registry-1.docker.io") ? "docker.io" : host;
    }

    private static Optional<Credential> credential(JsonObject entry) {
        String identity = entry.string("identitytoken").orElse("");
        if (!identity.isEmpty()) {
            return Optional.of(new Credential.IdentityToken(identity));
        }
        String encoded = entry.string("auth").orElse("");
        if (!encoded.isEmpty()) {
            String pair = new String(Base64.getDecoder().decode(encoded.strip()), StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("an auth entry is not the base64 of USER:PASSWORD");
            }
            return Optional.of(new Credential.Password(pair.substring(0, colon), pair.substring(colon + 1)));
        }
        String user = entry.string("username").orElse("");
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Credential.Password(user, entry.string("password").orElse("")));
    }

    private static RegistryException malformed(Path file, RuntimeException e) {
        return new RegistryException(
                RegistryException.Kind.DENIED, "cannot read the credentials in " + file + ": " + e.getMessage(), e);
    }
}

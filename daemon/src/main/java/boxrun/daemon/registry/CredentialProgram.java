package boxrun.daemon.registry;

import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** Asks a program {@code docker-credential-NAME} on the PATH, by the protocol of docker-credential-helpers. */
final class CredentialProgram {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]+");
    private static final int MAX_ANSWER = 64 * 1024;
    private static final long SECONDS = 20;

    private final Map<String, String> environment;

    CredentialProgram(Map<String, String> environment) {
        this.environment = environment;
    }

    Optional<Credential> get(String name, String server) throws IOException, InterruptedException {
        if (!NAME.matcher(name).matches()) {
            throw failed(name, "its name is not one that a program can have");
        }
        ProcessBuilder builder = new ProcessBuilder(program(name).toString(), "get");
        builder.redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        // A helper that waits for somebody must not hold up the pull for ever.
        Thread deadline = Thread.ofVirtual().start(() -> {
            try {
                if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        });
        try {
            return read(name, process, server);
        } finally {
            deadline.interrupt();
        }
    }

    private static Optional<Credential> read(String name, Process process, String server)
            throws IOException, InterruptedException {
        try (var stdin = process.getOutputStream()) {
            stdin.write(server.getBytes(StandardCharsets.UTF_8));
        } catch (IOException endedEarly) {
            // Its code and its words, read below, say more.
        }
        byte[] answer;
        try (InputStream stdout = process.getInputStream()) {
            answer = stdout.readNBytes(MAX_ANSWER);
        }
        if (process.waitFor() != 0) {
            String words = new String(answer, StandardCharsets.UTF_8).strip();
            if (words.contains("credentials not found")) {
                return Optional.empty();
            }
            throw failed(name, words.isEmpty() ? "it ended with code " + process.exitValue() : words);
        }
        try {
            JsonObject json = Json.OCI.tree(answer).asObject("the answer");
            String user = json.string("Username").orElse("");
            String secret = json.string("Secret").orElse("");
            if (user.isEmpty() && secret.isEmpty()) {
                return Optional.empty();
            }
            return Optional.of(
                    user.equals("<token>")
                            ? new Credential.IdentityToken(secret)
                            : new Credential.Password(user, secret));
        } catch (MalformedJsonException e) {
            throw failed(name, "its answer cannot be read: " + e.message());
        }
    }

    private Path program(String name) throws RegistryException {
        String program = "docker-credential-" + name;
        for (String directory :
                environment.getOrDefault("PATH", "/usr/local/bin:/usr/bin:/bin").split(":", -1)) {
            Path candidate = Path.of(directory, program);
            if (!directory.isEmpty() && Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        throw failed(name, "there is no such program in PATH");
    }

    private static RegistryException failed(String name, String why) {
        return new RegistryException(
                RegistryException.Kind.DENIED, "the credential helper docker-credential-" + name + " failed: " + why);
    }
}

package boxrun.daemon.engine.container;

import boxrun.json.Json;
import boxrun.json.JsonValue.JsonArray;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The filter of system calls; {@code seccomp.json} is our own profile, docs/decisions/0023 says what it refuses and
 * why.
 *
 * <p>crun takes about 10 ms to compile it for each box. It takes a compiled filter from an annotation instead, so the
 * one that it leaves beside the first box is kept in the cache.
 */
final class Seccomp {
    private static final String RESOURCE = "seccomp.json";

    private final JsonObject profile;
    private final Path compiled;
    private volatile @Nullable String encoded;

    /** The profile for this machine; what this runtime made of it is kept below {@code cache}. */
    Seccomp(Path cache, OciRuntime runtime) {
        this.profile = read().with("architectures", architectures());
        byte[] key = (runtime.version() + Json.OCI.encode(profile)).getBytes(StandardCharsets.UTF_8);
        this.compiled =
                cache.resolve("seccomp-" + HexFormat.of().formatHex(sha256(key)).substring(0, 32) + ".bpf");
    }

    /** What stands in a configuration under {@code linux.seccomp}. */
    JsonObject profile() {
        return profile;
    }

    /** The compiled filter in base64, when there is one. */
    Optional<String> compiled() {
        String known = encoded;
        if (known != null) {
            return Optional.of(known);
        }
        try {
            String read = Base64.getEncoder().encodeToString(Files.readAllBytes(compiled));
            encoded = read;
            return Optional.of(read);
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + compiled, e);
        }
    }

    /** Keeps the filter that the runtime has compiled for a box. */
    void keep(Path runtimesFilter) {
        try {
            if (encoded != null || Files.exists(compiled) || Files.size(runtimesFilter) == 0) {
                return;
            }
            Path partial = Files.createTempFile(compiled.getParent(), "seccomp", ".new");
            Files.copy(runtimesFilter, partial, StandardCopyOption.REPLACE_EXISTING);
            Files.move(partial, compiled, StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException runtimeKeepsNone) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the compiled filter at " + compiled, e);
        }
    }

    /** 32-bit programs of the same processor may run too. */
    private static JsonArray architectures() {
        return new JsonArray(
                switch (System.getProperty("os.arch", "").toLowerCase(Locale.ROOT)) {
                    case "amd64", "x86_64" ->
                        List.of(new JsonString("SCMP_ARCH_X86_64"), new JsonString("SCMP_ARCH_X86"));
                    case "aarch64" -> List.of(new JsonString("SCMP_ARCH_AARCH64"), new JsonString("SCMP_ARCH_ARM"));
                    default -> List.of();
                });
    }

    private static JsonObject read() {
        try (InputStream resource = Seccomp.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("the installation lacks " + RESOURCE);
            }
            return Json.OCI.tree(resource).asObject(RESOURCE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

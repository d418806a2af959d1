package boxrun.daemon.oci;

import boxrun.json.Json;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.MalformedJsonException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image's configuration says about the processes to run in it.
 *
 * @param created when the image was built
 * @param diffIds digests of the uncompressed layers, lowest first
 */
public record ImageConfig(Platform platform, Optional<Instant> created, Defaults defaults, List<Digest> diffIds) {
    public ImageConfig {
        diffIds = List.copyOf(diffIds);
    }

    /**
     * The defaults for a command.
     *
     * @param env its environment
     * @param workdir absolute, or empty for none
     * @param user empty for root
     */
    public record Defaults(
            List<String> entrypoint, List<String> cmd, Map<String, String> env, String workdir, String user) {
        public static final Defaults NONE = new Defaults(List.of(), List.of(), Map.of(), "", "");

        public Defaults {
            entrypoint = List.copyOf(entrypoint);
            cmd = List.copyOf(cmd);
            env = Map.copyOf(env);
        }
    }

    /**
     * Reads the document.
     *
     * @throws MalformedJsonException when it is not an image configuration
     */
    public static ImageConfig parse(byte[] text) {
        JsonObject json = Json.OCI.maxBytes(Documents.MAX_BYTES).tree(text).asObject("config");
        JsonObject rootfs = json.object("rootfs").orElseThrow(() -> new MalformedJsonException("rootfs", "is missing"));
        List<Digest> diffIds = new ArrayList<>();
        for (String digest : rootfs.strings("diff_ids")) {
            try {
                diffIds.add(new Digest(digest));
            } catch (IllegalArgumentException e) {
                throw new MalformedJsonException("rootfs.diff_ids", String.valueOf(e.getMessage()));
            }
        }
        return new ImageConfig(
                new Platform(
                        json.string("os").orElse("linux"),
                        json.string("architecture").orElse(""),
                        json.string("variant").orElse("")),
                json.string("created").flatMap(ImageConfig::time),
                defaults(json.object("config").orElse(JsonObject.EMPTY)),
                diffIds);
    }

    private static Defaults defaults(JsonObject config) {
        Map<String, String> env = new LinkedHashMap<>();
        for (String setting : config.strings("Env")) {
            int equals = setting.indexOf('=');
            if (equals > 0) {
                env.put(setting.substring(0, equals), setting.substring(equals + 1));
            }
        }
        String workdir = config.string("WorkingDir").orElse("");
        return new Defaults(
                config.strings("Entrypoint"),
                config.strings("Cmd"),
                env,
                workdir.isEmpty() || workdir.startsWith("/") ? workdir : "/" + workdir,
                config.string("User").orElse(""));
    }

    /** When an image was built is only shown, so what cannot be read is left out. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}

package boxrun.daemon.testing;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/** Writes an image as an OCI layout, for {@code skopeo copy oci:DIR:TAG …} and for {@code oci:DIR:TAG} itself. */
public final class OciLayoutBuilder {

    /** How a layer is compressed. */
    public enum Compression {
        NONE(""),
        GZIP("+gzip"),
        ZSTD("+zstd");

        private final String suffix;

        Compression(String suffix) {
            this.suffix = suffix;
        }
    }

    private final Path directory;
    private final List<String> layers = new ArrayList<>();
    private final List<String> diffIds = new ArrayList<>();
    private final List<String> blobs = new ArrayList<>();
    private String config = "{\"Cmd\":[\"/bin/sh\"],\"Env\":[\"PATH=/bin\",\"LANG=C\"],\"WorkingDir\":\"/srv\"}";
    private String architecture = machine();

    public OciLayoutBuilder(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory.resolve("blobs/sha256"));
        Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    private static String machine() {
        return System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
    }

    public OciLayoutBuilder architecture(String name) {
        architecture = name;
        return this;
    }

    /** The config member of the image configuration, as JSON. */
    public OciLayoutBuilder config(String json) {
        config = json;
        return this;
    }

    public OciLayoutBuilder layer(byte[] tar, Compression compression) throws IOException {
        diffIds.add("\"" + digest(tar) + "\"");
        byte[] blob = compress(tar, compression);
        layers.add(descriptor("application/vnd.oci.image.layer.v1.tar" + compression.suffix, blob, ""));
        blobs.add(digest(blob));
        return this;
    }

    /** A layer whose blob is not what its diff id says. */
    public OciLayoutBuilder layer(byte[] blob, String diffId) throws IOException {
        diffIds.add("\"" + diffId + "\"");
        layers.add(descriptor("application/vnd.oci.image.layer.v1.tar+gzip", blob, ""));
        blobs.add(digest(blob));
        return this;
    }

    /** Writes the documents; the layout has this one image. Returns the manifest's digest. */
    public String tag(String tag) throws IOException {
        String text = "{\"architecture\":\"" + architecture
                + "\",\"os\":\"linux\",\"created\":\"2024-01-02T03:04:05Z\","
                + "\"config\":" + config + ",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + String.join(",", diffIds)
                + "]}}";
        String configuration =
                descriptor("application/vnd.oci.image.config.v1+json", text.getBytes(StandardCharsets.UTF_8), "");
        byte[] manifest =
                ("{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":"
                                + configuration + ",\"layers\":["
                                + layers.stream().collect(Collectors.joining(",")) + "]}")
                        .getBytes(StandardCharsets.UTF_8);
        String named = descriptor(
                "application/vnd.oci.image.manifest.v1+json",
                manifest,
                ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + tag + "\"}");
        Files.writeString(directory.resolve("index.json"), "{\"schemaVersion\":2,\"manifests\":[" + named + "]}");
        return digest(manifest);
    }

    /** The digests of the layers' blobs, lowest first. */
    public List<String> blobs() {
        return List.copyOf(blobs);
    }

    private String descriptor(String type, byte[] content, String more) throws IOException {
        String digest = digest(content);
        Files.write(directory.resolve("blobs/sha256").resolve(digest.substring("sha256:".length())), content);
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + content.length + more + "}";
    }

    public static byte[] compress(byte[] tar, Compression compression) throws IOException {
        return switch (compression) {
            case NONE -> tar;
            case ZSTD -> Zstd.compress(tar);
            case GZIP -> {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                    gzip.write(tar);
                }
                yield bytes.toByteArray();
            }
        };
    }

    public static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}

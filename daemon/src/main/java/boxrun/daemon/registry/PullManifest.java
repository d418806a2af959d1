package boxrun.daemon.registry;

import boxrun.daemon.oci.Digest;
import boxrun.daemon.oci.Documents;
import boxrun.daemon.oci.MediaTypes;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** {@code GET /v2/NAME/manifests/VERSION}: a manifest or an index, by tag or digest. */
final class PullManifest implements Action<RegistryDocument> {
    private final String repository;
    private final String version;

    PullManifest(String repository, String version) {
        this.repository = repository;
        this.version = version;
    }

    @Override
    public URI address(Endpoint endpoint) {
        return endpoint.of(repository, "manifests", version);
    }

    @Override
    public void prepare(HttpRequest.Builder request) {
        MediaTypes.ACCEPTED.forEach(type -> request.header("Accept", type));
    }

    @Override
    public RegistryDocument accept(HttpResponse<?> head, Body body) throws IOException {
        byte[] content = body.all(Documents.MAX_BYTES);
        Digest digest = digest(content);
        if (version.startsWith("sha256:") && !version.equals(digest.value())) {
            throw new RegistryException(
                    RegistryException.Kind.FAILED, "what it sent has the digest " + digest + " instead");
        }
        String type = head.headers().firstValue("Content-Type").orElse("");
        int parameters = type.indexOf(';');
        try {
            return new RegistryDocument(
                    digest,
                    Documents.parse(
                            parameters < 0
                                    ? type
                                    : type.substring(0, parameters).strip(),
                            content));
        } catch (MalformedJsonException e) {
            throw new RegistryException(
                    RegistryException.Kind.FAILED, "its manifest cannot be read: " + e.message(), e);
        }
    }

    private static Digest digest(byte[] content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
            return new Digest("sha256:" + HexFormat.of().formatHex(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

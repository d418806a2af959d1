package boxrun.daemon.registry;

import boxrun.daemon.oci.Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** {@code GET /v2/NAME/blobs/DIGEST}, from where the sink stands (RFC 9110, 14). The sink's owner checks the digest. */
final class PullBlob implements Action<Long> {
    private static final int BUFFER = 128 * 1024;

    private final String repository;
    private final Digest digest;
    private final long size;
    private final BlobSink sink;

    PullBlob(String repository, Digest digest, long size, BlobSink sink) {
        this.repository = repository;
        this.digest = digest;
        this.size = size;
        this.sink = sink;
    }

    @Override
    public URI address(Endpoint endpoint) {
        return endpoint.of(repository, "blobs", digest.value());
    }

    @Override
    public void prepare(HttpRequest.Builder request) {
        if (sink.position() > 0) {
            request.header("Range", "bytes=" + sink.position() + "-" + (size - 1));
        }
    }

    @Override
    public long progress() {
        return sink.position();
    }

    @Override
    public Long accept(HttpResponse<?> head, Body body) throws IOException {
        long skip = head.statusCode() == 206 ? skipOfRange(head) : sink.position();
        byte[] buffer = new byte[BUFFER];
        for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
            int known = (int) Math.min(skip, count);
            skip -= known;
            if (sink.position() + count - known > size) {
                throw new RegistryException(
                        RegistryException.Kind.FAILED,
                        "it sent more than the " + size + " bytes that the manifest names");
            }
            if (count > known) {
                sink.write(buffer, known, count - known);
            }
        }
        if (sink.position() < size) {
            throw new IOException("the transfer ended after " + sink.position() + " of " + size + " bytes");
        }
        return size;
    }

    /** How many bytes of the answer are known already: a server may begin earlier than asked, never later. */
    private long skipOfRange(HttpResponse<?> head) throws RegistryException {
        String range = head.headers().firstValue("Content-Range").orElse("");
        int dash = range.indexOf('-');
        if (range.startsWith("bytes ") && dash > 0) {
            try {
                long skip = sink.position()
                        - Long.parseLong(
                                range.substring("bytes ".length(), dash).strip());
                if (skip >= 0) {
                    return skip;
                }
            } catch (NumberFormatException e) {
                throw wrongRange(range);
            }
        }
        throw wrongRange(range);
    }

    private static RegistryException wrongRange(String range) {
        return new RegistryException(
                RegistryException.Kind.FAILED, "it sent another part than was asked for: \"" + range + "\"");
    }
}

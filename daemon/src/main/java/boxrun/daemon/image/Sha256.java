package boxrun.daemon.image;

import boxrun.daemon.oci.Digest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The one digest algorithm there is in practice. */
final class Sha256 {
    private Sha256() {}

    static MessageDigest start() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The digest of what was fed; the algorithm starts anew. */
    static Digest digest(MessageDigest fed) {
        return new Digest("sha256:" + HexFormat.of().formatHex(fed.digest()));
    }

    static Digest of(byte[] content) {
        MessageDigest digest = start();
        digest.update(content);
        return digest(digest);
    }
}

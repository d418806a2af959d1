package boxrun.daemon.registry;

import boxrun.daemon.oci.Digest;
import boxrun.daemon.oci.Documents;

/**
 * A manifest or index that a registry has sent.
 *
 * @param digest of its bytes, computed here
 */
public record RegistryDocument(Digest digest, Documents document) {}

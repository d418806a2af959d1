package boxrun.daemon.image;

import boxrun.daemon.oci.Digest;

/**
 * A layer that is unpacked in the store.
 *
 * @param diffId digest of its uncompressed tar
 * @param bytes of its files
 */
record Layer(Digest diffId, long bytes) {

    /** Its directory's name. */
    String name() {
        return diffId.hex();
    }
}

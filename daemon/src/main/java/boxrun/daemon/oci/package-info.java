/** OCI documents as records: digest, descriptor, manifest, index, image configuration. */
@NullMarked
package boxrun.daemon.oci;

import org.jspecify.annotations.NullMarked;

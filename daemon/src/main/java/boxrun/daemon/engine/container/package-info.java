/** Boxes on an OCI runtime (crun): overlay, user namespace, cgroups, seccomp, pasta. */
@NullMarked
package boxrun.daemon.engine.container;

import org.jspecify.annotations.NullMarked;

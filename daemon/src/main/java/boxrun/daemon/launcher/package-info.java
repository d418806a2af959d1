/** Runs the native launcher: programs as root of a user namespace, and the mounts of a box. */
@NullMarked
package boxrun.daemon.launcher;

import org.jspecify.annotations.NullMarked;

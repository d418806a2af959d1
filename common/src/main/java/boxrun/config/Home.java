package boxrun.config;

import java.nio.file.Path;

/**
 * The state directory of one user: {@code ~/.boxrun}, or {@code BOXRUN_STATE_DIR}. Everything boxrun keeps is below it,
 * and its layout is written here only.
 */
public record Home(Path root) {

    /** The daemon's socket. */
    public Path socket() {
        return root.resolve("boxrun.sock");
    }

    /** Held (by a file lock) by the one daemon that serves this directory. */
    public Path daemonLock() {
        return root.resolve("daemon.lock");
    }

    /** Held (by a file lock) by the one CLI that is starting a daemon. */
    public Path startLock() {
        return root.resolve("start.lock");
    }

    /** What the daemon logs, its stderr included. */
    public Path daemonLog() {
        return root.resolve("daemon.log");
    }

    /** The token of TCP clients. */
    public Path token() {
        return root.resolve("token");
    }

    /** One directory per box: its record, its commands' records and logs, its disk. */
    public Path boxes() {
        return root.resolve("boxes");
    }

    /** Images: references, blobs in progress, unpacked layers. */
    public Path images() {
        return root.resolve("images");
    }

    /** Small files that can be made again: compiled filters, mount points. */
    public Path cache() {
        return root.resolve("cache");
    }
}

package boxrun.config;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The state directory of one user: {@code ~/.boxrun}, or {@code BOXRUN_STATE_DIR}. Everything boxrun keeps is below it,
 * and its layout is written here only.
 */
public record Home(Path root) {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");

    /** {@code sun_path} of unix(7) has 108 bytes, one of them for the end. */
    private static final int MAX_SOCKET_PATH = 107;

    /**
     * The state directory that the settings name; nothing is made or looked at yet.
     *
     * @throws ProblemException when there is no home directory, or the path is too long for a socket
     */
    public static Home of(Settings settings) {
        Path root = settings.text(Setting.STATE_DIR)
                .map(Path::of)
                .or(() -> settings.userHome().map(home -> home.resolve(".boxrun")))
                .orElseThrow(() -> problem("there is no place for the state directory: HOME is not set")
                        .hint("set BOXRUN_STATE_DIR to a directory of yours"));
        Home home = new Home(root.toAbsolutePath().normalize());
        int length = home.socket().toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_SOCKET_PATH) {
            throw problem("the socket's path " + home.socket() + " has " + length
                            + " bytes, but a socket's path can have " + MAX_SOCKET_PATH)
                    .hint("set BOXRUN_STATE_DIR to a directory with a shorter path");
        }
        return home;
    }

    /**
     * Makes the directory with mode 0700, or sees that the one that is there belongs to this user and closes it to
     * others.
     *
     * @throws ProblemException when it cannot be made, is not a directory, or is somebody else's
     */
    public void prepare() {
        try {
            Path parent = root.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            try {
                Files.createDirectory(root, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } catch (FileAlreadyExistsException exists) {
                closeToOthers();
            }
        } catch (IOException e) {
            throw problem("cannot make the state directory " + root + ": " + Reasons.of(e))
                    .hint("set BOXRUN_STATE_DIR to a directory of yours")
                    .because(e);
        }
    }

    private void closeToOthers() throws IOException {
        if (!Files.isDirectory(root)) {
            throw problem("the state directory " + root + " is not a directory")
                    .hint("set BOXRUN_STATE_DIR to a directory of yours");
        }
        Object owner = Files.getAttribute(root, "unix:uid");
        if (!owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            throw problem("the state directory " + root + " belongs to another user, "
                            + Files.getOwner(root, LinkOption.NOFOLLOW_LINKS).getName())
                    .hint("set BOXRUN_STATE_DIR to a directory of yours");
        }
        if (!Files.getPosixFilePermissions(root).equals(OWNER_ONLY)) {
            Files.setPosixFilePermissions(root, OWNER_ONLY);
        }
    }

    private static ProblemException problem(String message) {
        return new ProblemException(ErrorCode.VALIDATION_ERROR, message);
    }

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

    /** Where a user's boxes are in the tree of control groups: a link to the scope that systemd has delegated. */
    public Path controlGroup() {
        return root.resolve("control-group");
    }

    /** Small files that can be made again: compiled filters, mount points. */
    public Path cache() {
        return root.resolve("cache");
    }
}

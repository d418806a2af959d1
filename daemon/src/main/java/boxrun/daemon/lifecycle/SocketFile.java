package boxrun.daemon.lifecycle;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Reasons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The path of the daemon's socket; for the holder of the {@link DaemonLock} only. */
public record SocketFile(Path path) {

    /**
     * Removes the socket that a killed daemon left, which would keep a new one from binding.
     *
     * @throws ProblemException when something else than a socket is there
     */
    public void clear() {
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                BasicFileAttributes attributes =
                        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (!attributes.isOther()) {
                    throw new ProblemException(ErrorCode.RUNTIME_ERROR, path + " is in the way: it is not a socket")
                            .hint("move it away");
                }
                Files.delete(path);
            }
        } catch (IOException e) {
            throw problem("remove the old socket", e);
        }
    }

    /** Closes the bound socket to others; its directory has been closed to them before it was bound. */
    public void restrict() {
        try {
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw problem("close the socket to others", e);
        }
    }

    private static ProblemException problem(String what, IOException e) {
        return new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + what + ": " + Reasons.of(e)).because(e);
    }
}

package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Checks that a directory can be the root of a box. */
final class RootDirectory {
    private RootDirectory() {}

    /** Its real path. */
    static Path check(Path directory) {
        try {
            Path real = directory.toRealPath();
            if (!Files.isDirectory(real)) {
                throw invalid(directory + " is not a directory");
            }
            if (!Files.isReadable(real) || !Files.isExecutable(real)) {
                throw new AccessDeniedException(real.toString());
            }
            return real;
        } catch (NoSuchFileException e) {
            throw invalid("there is no directory " + directory);
        } catch (AccessDeniedException e) {
            throw invalid(directory + " cannot be read: permission denied");
        } catch (IOException e) {
            throw invalid(directory + " cannot be read: " + e.getMessage());
        }
    }

    private static ProblemException invalid(String why) {
        return new ProblemException(ErrorCode.VALIDATION_ERROR, "image: " + why)
                .hint("give the directory of an unpacked root file system, as debootstrap or umoci make it");
    }
}

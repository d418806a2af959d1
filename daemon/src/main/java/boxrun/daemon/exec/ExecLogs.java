package boxrun.daemon.exec;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * Where the commands of one box are kept.
 *
 * @param directory with one log for each command and their journal
 * @param limit of the log of one command
 * @param clock tells when output was written
 */
record ExecLogs(Path directory, OutputLimit limit, Clock clock) {

    /** Whether any command was ever kept. */
    boolean exist() {
        return Files.isDirectory(directory);
    }

    /** Makes the directory, but not its parents: a box that was removed meanwhile does not come back. */
    void prepare() {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            return;
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot make the directory " + directory + ": " + e)
                    .because(e);
        }
    }

    ExecLog create(String exec) {
        return ExecLog.create(file(exec), limit.of(directory, name(exec)), clock);
    }

    ExecLog open(String exec) {
        return ExecLog.open(file(exec), limit.of(directory, name(exec)), clock);
    }

    /** What the terminal of a session showed last. */
    Path screen(String exec) {
        return directory.resolve(exec + ".screen");
    }

    Path journal() {
        return directory.resolve("journal");
    }

    private Path file(String exec) {
        return directory.resolve(name(exec));
    }

    private static String name(String exec) {
        return exec + ".log";
    }
}

package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.launcher.LaunchFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs short programs of the host to their end. */
final class Commands {
    private Commands() {}

    /** What a program wrote (both outputs) and the code it ended with. */
    record Result(int code, String output) {}

    /** Runs a program without input; fails only when it cannot be run at all. */
    static Result run(String tried, List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(new java.io.File("/dev/null"))
                    .directory(Path.of("/").toFile())
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": " + e.getMessage()).because(e);
        } catch (InterruptedException e) {
            throw interrupted(tried, e);
        }
    }

    /** Runs a program without input; fails with its words when it ends with another code than 0. */
    static void require(String tried, List<String> command) {
        Result result = run(tried, command);
        if (result.code() != 0) {
            throw LaunchFailure.problem(tried, result.code(), result.output());
        }
    }

    static ProblemException interrupted(String tried, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": interrupted").because(e);
    }
}

package boxrun.daemon.launcher;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The native program {@code boxrun-launcher}. It does what a JVM cannot: be root of a user namespace, mount, and hand a
 * listening socket to a child. Every subcommand takes the two words of the {@link IdMap} first.
 */
public final class Launcher {
    private final Path program;
    private final IdMap ids;

    /** The launcher in a directory of native programs, for boxes with these ids. */
    public Launcher(Path directory, IdMap ids) {
        this.program = directory.resolve("boxrun-launcher");
        this.ids = ids;
    }

    public IdMap ids() {
        return ids;
    }

    /** The words of a command line: the launcher, its subcommand, the id map, the rest. */
    public List<String> command(String subcommand, List<String> arguments) {
        List<String> words = new ArrayList<>();
        words.add(program.toString());
        words.add(subcommand);
        words.addAll(ids.words());
        words.addAll(arguments);
        return List.copyOf(words);
    }

    /** Starts a subcommand with pipes for its stdin, stdout and stderr. */
    public Process start(String subcommand, List<String> arguments) {
        try {
            return new ProcessBuilder(command(subcommand, arguments)).start();
        } catch (IOException e) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR, "cannot start " + program + ": " + LaunchFailure.reason(e))
                    .hint("reinstall boxrun: its native programs are missing or cannot be executed here")
                    .because(e);
        }
    }

    /**
     * Runs a subcommand without input to its end; fails with the launcher's words when it fails.
     *
     * @param tried what it is for, as in {@code "cannot " + tried}
     */
    public void run(String tried, String subcommand, List<String> arguments) {
        finish(tried, start(subcommand, arguments));
    }

    /** Waits for the end of a subcommand that was started; fails with the launcher's words when it failed. */
    public void finish(String tried, Process process) {
        try {
            process.getOutputStream().close();
            String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw LaunchFailure.problem(tried, code, errors);
            }
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": " + LaunchFailure.reason(e))
                    .because(e);
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": interrupted").because(e);
        }
    }
}

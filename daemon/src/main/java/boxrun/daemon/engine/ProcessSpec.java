package boxrun.daemon.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to start in a box.
 *
 * @param argv the program, looked up in the PATH of {@code env} when it has no slash, and its arguments
 * @param env the whole environment
 * @param workdir absolute, in the box
 * @param makeWorkdir true when a missing {@code workdir} is made (as root, with its parents) instead of being an error
 * @param user {@code name|uid[:group|gid]}, resolved with the box's own /etc/passwd and /etc/group
 * @param terminal present when the command gets a terminal of its own
 * @param stdin false when the command's stdin is /dev/null
 */
public record ProcessSpec(
        List<String> argv,
        Map<String, String> env,
        String workdir,
        boolean makeWorkdir,
        String user,
        Optional<TerminalSize> terminal,
        boolean stdin) {
    public ProcessSpec {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
    }
}

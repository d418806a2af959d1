package boxrun.daemon.agent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A command to start.
 *
 * @param id 1 to 64 letters, digits, {@code _}, {@code -} or {@code .}; starting an id again that the agent knows
 *     starts nothing and gives the command that it knows
 * @param argv the program, looked up in the PATH of {@code env} when it has no slash, and its arguments
 * @param env the whole environment; HOME is added from the box's /etc/passwd when it is not there
 * @param workdir absolute, in the box
 * @param user {@code name|uid[:group|gid]}, resolved with the box's own /etc/passwd and /etc/group; empty is root
 * @param terminal present when the command gets a terminal of its own, which is its input and its only output
 * @param stdin false when the command's input is /dev/null; without meaning for a terminal
 * @param limits at most 16
 */
public record CommandSpec(
        String id,
        List<String> argv,
        Map<String, String> env,
        String workdir,
        String user,
        Optional<WindowSize> terminal,
        boolean stdin,
        List<ResourceLimit> limits) {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    public CommandSpec {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
        limits = List.copyOf(limits);
        requireId(id);
        if (argv.isEmpty() || argv.getFirst().isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        if (!workdir.startsWith("/")) {
            throw new IllegalArgumentException("not an absolute working directory: " + workdir);
        }
        if (limits.size() > 16) {
            throw new IllegalArgumentException("more than 16 resource limits");
        }
        argv.forEach(CommandSpec::requireNoNul);
        env.forEach((name, value) -> {
            requireNoNul(name);
            requireNoNul(value);
        });
        requireNoNul(workdir);
        requireNoNul(user);
    }

    static void requireId(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("not an id of a command: " + id);
        }
    }

    private static void requireNoNul(String text) {
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a NUL character in: " + text.replace('\0', '?'));
        }
    }
}

package boxrun.client;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The terminal to open in a box.
 *
 * @param cmd the command; empty for the box's shell
 * @param term the kind of the user's terminal: {@code TERM}
 * @param session a name under which the terminal lives on when the client leaves; null ends it
 * @param timeoutMs after how many milliseconds the command is ended; null for never
 */
public record Attach(
        List<String> cmd,
        int columns,
        int rows,
        @Nullable String term,
        @Nullable String user,
        @Nullable String workdir,
        Map<String, String> env,
        @Nullable String session,
        @Nullable Long timeoutMs) {
    public Attach {
        cmd = List.copyOf(cmd);
        env = Map.copyOf(env);
    }

    /** Without a time after which the command is ended. */
    public Attach(
            List<String> cmd,
            int columns,
            int rows,
            @Nullable String term,
            @Nullable String user,
            @Nullable String workdir,
            Map<String, String> env,
            @Nullable String session) {
        this(cmd, columns, rows, term, user, workdir, env, session, null);
    }

    String query() {
        Query query = new Query()
                .add("cols", Integer.toString(columns))
                .add("rows", Integer.toString(rows))
                .add("term", term)
                .add("user", user)
                .add("workdir", workdir)
                .add("session", session)
                .add("timeout_ms", timeoutMs == null ? null : timeoutMs.toString());
        cmd.forEach(word -> query.add("cmd", word));
        env.forEach((name, value) -> query.add("env", name + "=" + value));
        return query.toString();
    }
}

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
 */
public record Attach(
        List<String> cmd,
        int columns,
        int rows,
        @Nullable String term,
        @Nullable String user,
        @Nullable String workdir,
        Map<String, String> env,
        @Nullable String session) {
    public Attach {
        cmd = List.copyOf(cmd);
        env = Map.copyOf(env);
    }

    String query() {
        Query query = new Query()
                .add("cols", Integer.toString(columns))
                .add("rows", Integer.toString(rows))
                .add("term", term)
                .add("user", user)
                .add("workdir", workdir)
                .add("session", session);
        cmd.forEach(word -> query.add("cmd", word));
        env.forEach((name, value) -> query.add("env", name + "=" + value));
        return query.toString();
    }
}

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
        StringBuilder query = new StringBuilder("?cols=" + columns + "&rows=" + rows);
        append(query, "term", term);
        append(query, "user", user);
        append(query, "workdir", workdir);
        append(query, "session", session);
        cmd.forEach(word -> append(query, "cmd", word));
        env.forEach((name, value) -> append(query, "env", name + "=" + value));
        return query.toString();
    }

    private static void append(StringBuilder query, String name, @Nullable String value) {
        if (value != null) {
            query.append('&').append(name).append('=').append(Transport.encoded(value));
        }
    }
}

package boxrun.daemon.testing;

import boxrun.api.Exec;
import boxrun.api.StartExec;
import boxrun.client.BoxExecs;
import boxrun.client.BoxrunClient;
import boxrun.client.RunEvents;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import java.time.Duration;
import java.util.List;

/** The commands of one box, as a client of the API has them. */
public record Commands(BoxrunClient client, String box) {
    private static final Duration LONG = Duration.ofMinutes(5);

    public BoxExecs api() {
        return client.execs(box);
    }

    /** Starts a shell script. */
    public Exec sh(String script) {
        return start("{}", "sh", "-c", script);
    }

    /** Starts a shell script with more members of the request, in JSON. */
    public Exec sh(String script, String request) {
        return start(request, "sh", "-c", script);
    }

    /** Starts a Perl program, which can write single bytes. */
    public Exec perl(String program) {
        return start("{}", "perl", "-e", program);
    }

    /**
     * Starts a command.
     *
     * @param request the members of the request besides the command, in JSON
     */
    public Exec start(String request, String... command) {
        JsonValue.JsonObject body =
                Json.WIRE.tree(request).asObject("").with("cmd", Json.WIRE.tree((Object) List.of(command)));
        return api().start(Json.WIRE.decode(body, StartExec.class));
    }

    /** Waits for its end. */
    public Exec ended(Exec exec) {
        return api().await(exec.id(), LONG);
    }

    /** All that a command writes, from its first event to its end. */
    public Recorded record(Exec exec) {
        return record(exec, 0);
    }

    /** What a command writes after an event, to its end. */
    public Recorded record(Exec exec, long after) {
        try (RunEvents events = api().events(exec.id(), after)) {
            return Recorded.all(events, after);
        }
    }
}

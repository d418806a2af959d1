package boxrun.client;

import boxrun.api.Exec;
import boxrun.api.StartExec;
import boxrun.http.HttpRequest;
import boxrun.http.RequestBody;
import boxrun.json.JsonValue.JsonObject;
import boxrun.json.JsonValue.JsonString;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;

/** The commands of one box. */
public final class BoxExecs {
    private final Transport transport;
    private final String box;
    private final boolean times;

    BoxExecs(Transport transport, String box) {
        this(transport, box, false);
    }

    private BoxExecs(Transport transport, String box, boolean times) {
        this.transport = transport;
        this.box = box;
        this.times = times;
    }

    /** The same, whose events tell when output came. */
    public BoxExecs withTimes() {
        return new BoxExecs(transport, box, true);
    }

    public Exec start(StartExec exec) {
        return transport.ask(HttpRequest.of("POST", box + "/exec").with(Transport.json(exec)), Exec.class);
    }

    public List<Exec> list() {
        return transport.list(HttpRequest.of("GET", box + "/execs"), Exec.class);
    }

    public Exec find(String exec) {
        return transport.ask(HttpRequest.of("GET", path(exec)), Exec.class);
    }

    /** The command when it has ended, or as it is after so many seconds. */
    public Exec await(String exec, Duration longest) {
        return transport.ask(HttpRequest.of("GET", path(exec) + "?wait=" + longest.toSeconds()), Exec.class);
    }

    /** The command's events after a number, 0 for all; live until its exit. */
    public RunEvents events(String exec, long after) {
        return events(exec, "?after=" + after, true);
    }

    /** The command's events that there are, without its exit when it has not ended. */
    public RunEvents eventsSoFar(String exec) {
        return events(exec, "?follow=false", false);
    }

    private RunEvents events(String exec, String query, boolean toTheExit) {
        HttpRequest request = HttpRequest.of("GET", path(exec) + "/events" + query + (times ? "&times=true" : ""))
                .header("Accept", "text/event-stream");
        return new EventStream(transport, transport.open(request), toTheExit);
    }

    /** Sends a stream to the command's stdin, and its end; blocks while the command does not read. */
    public void stdin(String exec, InputStream stream) {
        RequestBody body = new RequestBody("application/octet-stream", stream, RequestBody.UNKNOWN);
        transport.bytes(HttpRequest.of("POST", path(exec) + "/stdin").with(body));
    }

    /** Sends a signal, named without SIG: {@code INT}. */
    public Exec signal(String exec, String signal) {
        JsonObject body = JsonObject.EMPTY.with("signal", new JsonString(signal));
        return transport.ask(HttpRequest.of("POST", path(exec) + ":signal").with(Transport.json(body)), Exec.class);
    }

    /** Ends the command with its whole process tree. */
    public Exec cancel(String exec) {
        return transport.ask(HttpRequest.of("POST", path(exec) + ":cancel"), Exec.class);
    }

    private String path(String exec) {
        return box + "/exec/" + Transport.encoded(exec);
    }
}

package boxrun.daemon.http;

import boxrun.api.Exec;
import boxrun.api.StartExec;
import boxrun.daemon.exec.Execs;
import boxrun.daemon.exec.LogReader;
import boxrun.daemon.exec.Signals;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code /v1/boxes/{id}/exec…}. */
final class ExecRoutes {
    private final Execs execs;
    private final LongRequests requests;

    /** The body of a request for a signal. */
    record SignalRequest(@Nullable String signal) {}

    ExecRoutes(Execs execs, LongRequests requests) {
        this.execs = execs;
        this.requests = requests;
    }

    void start(ServerRequest request, ServerResponse response) {
        Answers.created(response, execs.start(box(request), Requests.body(request, StartExec.class)));
    }

    void list(ServerRequest request, ServerResponse response) {
        Answers.json(response, execs.list(box(request)));
    }

    void sessions(ServerRequest request, ServerResponse response) {
        Answers.json(response, execs.sessions(box(request)));
    }

    void get(ServerRequest request, ServerResponse response) {
        Optional<Duration> wait = Requests.wait(request);
        if (wait.isEmpty()) {
            Answers.json(response, execs.get(box(request), exec(request)));
            return;
        }
        ClientWatch.during(
                response, requests, () -> Answers.json(response, execs.await(box(request), exec(request), wait.get())));
    }

    void events(ServerRequest request, ServerResponse response) {
        long after = Requests.after(request).orElse(0L);
        boolean times = Requests.flag(request, "times");
        boolean follow = Requests.flag(request, "follow", true);
        try (LogReader events = execs.events(box(request), exec(request), after)) {
            ClientWatch.stream(response, requests, watch -> {
                try (EventStream stream = EventStream.begin(response)) {
                    if (times) {
                        stream.tellTimes();
                    }
                    if (follow) {
                        stream.sendAll(events, watch::pause, () -> {});
                    } else {
                        stream.sendPresent(events, watch::pause);
                    }
                }
            });
        }
    }

    void cancel(ServerRequest request, ServerResponse response) throws InterruptedException {
        Answers.json(response, execs.cancel(box(request), exec(request)));
    }

    void signal(ServerRequest request, ServerResponse response) {
        int number = Signals.number(Requests.body(request, SignalRequest.class).signal());
        Answers.json(response, execs.signal(box(request), exec(request), number));
    }

    void stdin(ServerRequest request, ServerResponse response) throws IOException {
        execs.input(box(request), exec(request), RequestBody.of(request));
        Answers.json(response, Ok.OK);
    }

    void unknownAction(ServerRequest request, ServerResponse response) {
        String exec = exec(request);
        int separator = exec.lastIndexOf(':');
        Exec known = execs.get(box(request), separator < 0 ? exec : exec.substring(0, separator));
        throw Requests.refusal(
                        "POST to a command needs an action: " + known.id() + ":cancel or " + known.id() + ":signal")
                .status(400);
    }

    private static String box(ServerRequest request) {
        return Requests.path(request, "id");
    }

    private static String exec(ServerRequest request) {
        return Requests.path(request, "eid");
    }
}

package boxrun.daemon.http;

import boxrun.api.ExitData;
import boxrun.api.PullProgress;
import boxrun.api.Run;
import boxrun.daemon.exec.LogReader;
import boxrun.daemon.exec.OneShot;
import boxrun.daemon.image.PullListener;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** {@code POST /v1/run}: one command in a box of its own, which is gone before the answer's end. */
final class RunRoutes {
    private static final Duration FOR_EVER = Duration.ofDays(365);

    private final OneShot oneShot;
    private final LongRequests requests;

    RunRoutes(OneShot oneShot, LongRequests requests) {
        this.oneShot = oneShot;
        this.requests = requests;
    }

    void run(ServerRequest request, ServerResponse response) {
        Run run = Requests.body(request, Run.class);
        boolean events = Requests.wantsEvents(request);
        Answers.warn(response, oneShot.warnings(run));
        ClientWatch.during(response, requests, () -> {
            if (events) {
                events(run, response);
            } else {
                collect(run, response);
            }
        });
    }

    private void collect(Run run, ServerResponse response) throws IOException, InterruptedException {
        ExitData exit;
        LogReader stdout;
        LogReader stderr;
        try (OneShot.Running running = oneShot.start(run, PullListener.NONE)) {
            running.execution().await(FOR_EVER);
            exit = running.exit();
            // They are read when the box is gone: what is open can be read.
            stdout = running.events();
            stderr = running.events();
        }
        try (stdout;
                stderr;
                OutputStream body =
                        response.header(HeaderValues.CONTENT_TYPE_JSON).outputStream()) {
            new RunAnswer(exit, stdout, stderr).write(body);
        }
    }

    private void events(Run run, ServerResponse response) throws InterruptedException {
        try (LateEvents events = new LateEvents(response)) {
            try (OneShot.Running running = oneShot.start(run, events::progress);
                    LogReader output = running.events()) {
                events.stream().sendAll(output, EventStream.Pause.PLAIN, running::close);
            } catch (RuntimeException failure) {
                events.fail(failure);
            }
        }
    }

    /** Events that begin with the first one, so that what fails before is an ordinary error answer. */
    static final class LateEvents implements AutoCloseable {
        private final ServerResponse response;
        private java.util.Optional<EventStream> begun = java.util.Optional.empty();

        LateEvents(ServerResponse response) {
            this.response = response;
        }

        synchronized EventStream stream() {
            if (begun.isEmpty()) {
                begun = java.util.Optional.of(EventStream.begin(response));
            }
            return begun.get();
        }

        void progress(PullProgress progress) {
            stream().send("progress", progress);
        }

        /** Tells the client, one way or the other. */
        void fail(RuntimeException failure) {
            synchronized (this) {
                if (begun.isEmpty()) {
                    throw failure;
                }
            }
            stream().send("error", EventFailure.of(Answers.problem(failure, "events")));
        }

        @Override
        public synchronized void close() {
            begun.ifPresent(EventStream::close);
        }
    }
}

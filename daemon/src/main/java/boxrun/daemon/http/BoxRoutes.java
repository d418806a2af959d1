package boxrun.daemon.http;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.Gc;
import boxrun.api.RenameBox;
import boxrun.daemon.box.BoxFilter;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.ImageSource;
import boxrun.daemon.image.PullListener;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code /v1/boxes} and {@code /v1/gc}. */
final class BoxRoutes {
    private static final long GC_SECONDS = 3600;
    /** How long commands may take to end when their box is stopped. */
    private static final long GRACE_SECONDS = 5;

    private static final long LONGEST_GRACE_SECONDS = 3600;

    private final Boxes boxes;
    private final ImageSource images;
    private final LongRequests requests;

    BoxRoutes(Boxes boxes, ImageSource images, LongRequests requests) {
        this.boxes = boxes;
        this.images = images;
        this.requests = requests;
    }

    void create(ServerRequest request, ServerResponse response) {
        CreateBox wanted = Requests.body(request, CreateBox.class);
        ClientWatch.during(response, requests, () -> {
            Box created = boxes.create(wanted, images, PullListener.NONE);
            Answers.warn(response, boxes.warnings(wanted));
            Answers.created(response, created);
        });
    }

    void list(ServerRequest request, ServerResponse response) {
        BoxFilter filter = new BoxFilter(
                status(Requests.query(request, "status").orElse("all")),
                request.query().all("label", List::of),
                Requests.query(request, "name"),
                Requests.query(request, "image"),
                Requests.number(request, "unused_for").map(seconds -> age("unused_for", seconds)));
        Answers.json(response, Requests.flag(request, "extended") ? boxes.extended(filter) : boxes.list(filter));
    }

    private static Optional<BoxStatus> status(String status) {
        return switch (status) {
            case "all" -> Optional.empty();
            case "running" -> Optional.of(BoxStatus.RUNNING);
            case "stopped" -> Optional.of(BoxStatus.STOPPED);
            default -> throw Requests.refusal("status must be running, stopped or all, not \"" + status + "\"");
        };
    }

    void get(ServerRequest request, ServerResponse response) {
        Optional<Duration> wait = Requests.wait(request);
        if (wait.isEmpty()) {
            Answers.json(response, boxes.get(id(request)));
            return;
        }
        ClientWatch.during(response, requests, () -> Answers.json(response, boxes.await(id(request), wait.get())));
    }

    void inspect(ServerRequest request, ServerResponse response) {
        Answers.json(response, boxes.inspect(id(request)));
    }

    void stats(ServerRequest request, ServerResponse response) {
        Answers.json(response, boxes.stats(id(request)));
    }

    void stop(ServerRequest request, ServerResponse response) {
        long grace = Requests.number(request, "grace").orElse(GRACE_SECONDS);
        if (grace > LONGEST_GRACE_SECONDS) {
            throw Requests.refusal(
                    "grace must be a whole number of seconds, at most " + LONGEST_GRACE_SECONDS + ", not " + grace);
        }
        Answers.json(response, boxes.stop(id(request), Duration.ofSeconds(grace)));
    }

    void start(ServerRequest request, ServerResponse response) {
        Answers.json(response, boxes.start(id(request)));
    }

    void rename(ServerRequest request, ServerResponse response) {
        Answers.json(response, boxes.rename(id(request), Requests.body(request, RenameBox.class)));
    }

    void unknownAction(ServerRequest request, ServerResponse response) {
        String id = id(request);
        int separator = id.lastIndexOf(':');
        if (separator < 0) {
            boxes.get(id);
            throw Requests.refusal(
                            "POST to a box needs an action: " + id + ":start, " + id + ":stop or " + id + ":rename")
                    .status(400);
        }
        throw Requests.refusal("the action must be start, stop or rename, not \"" + id.substring(separator + 1) + "\"")
                .status(400);
    }

    void remove(ServerRequest request, ServerResponse response) {
        boxes.remove(id(request), Requests.flag(request, "force"));
        Answers.json(response, Ok.OK);
    }

    void gc(ServerRequest request, ServerResponse response) {
        Long olderThan = Requests.optionalBody(request, Gc.class).olderThan();
        long seconds = olderThan == null ? GC_SECONDS : olderThan;
        Answers.json(response, new Gc.Result(boxes.gc(age("older_than", seconds))));
    }

    private static Duration age(String field, long seconds) {
        if (seconds < 0 || seconds > Integer.MAX_VALUE) {
            throw Requests.refusal(field + " must be a whole number of seconds, at least 0 and at most "
                    + Integer.MAX_VALUE + ", not " + seconds);
        }
        return Duration.ofSeconds(seconds);
    }

    private static String id(ServerRequest request) {
        return Requests.path(request, "id");
    }
}

package boxrun.daemon.http;

import boxrun.api.Image;
import boxrun.api.PullImage;
import boxrun.api.PullPolicy;
import boxrun.daemon.http.RunRoutes.LateEvents;
import boxrun.daemon.image.Images;
import boxrun.daemon.image.LocalImage;
import boxrun.daemon.image.PullListener;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.List;

/** {@code /v1/images}. */
final class ImageRoutes {
    private final Images images;
    private final LongRequests requests;

    ImageRoutes(Images images, LongRequests requests) {
        this.images = images;
        this.requests = requests;
    }

    void list(ServerRequest request, ServerResponse response) {
        Answers.json(response, images.list());
    }

    void pull(ServerRequest request, ServerResponse response) {
        String reference = Requests.body(request, PullImage.class).image();
        if (reference == null || reference.isBlank()) {
            throw Requests.refusal("image is required: a reference such as ubuntu:24.04");
        }
        ClientWatch.during(response, requests, () -> pull(reference, response));
    }

    private void pull(String reference, ServerResponse response) {
        try (LateEvents events = new LateEvents(response)) {
            try {
                LocalImage pulled = images.resolve(reference, PullPolicy.ALWAYS, events::progress);
                events.stream().send("done", image(pulled));
            } catch (RuntimeException failure) {
                events.fail(failure);
            }
        }
    }

    /** As the store lists it; what is not kept in the store, as the host image, is described as far as it can be. */
    private Image image(LocalImage local) {
        return images.list().stream()
                .filter(image -> image.reference().equals(local.reference()))
                .findFirst()
                .orElseGet(
                        () -> new Image(local.reference(), local.digest(), "", 0, 0, List.of(), null, Instant.now()));
    }

    void load(ServerRequest request, ServerResponse response) {
        if (!request.content().hasEntity()) {
            throw Requests.refusal("the body must be an image archive: what docker save or skopeo copy writes");
        }
        Answers.json(response, images.load(RequestBody.of(request), PullListener.NONE));
    }

    static void unknownAction(ServerRequest request, ServerResponse response) {
        String action = Requests.path(request, "action");
        Answers.failure(
                request,
                response,
                Requests.refusal("the action must be pull or load, not \"" + action + "\"")
                        .status(400));
    }

    void remove(ServerRequest request, ServerResponse response) {
        images.remove(Requests.path(request, "reference"));
        Answers.json(response, Ok.OK);
    }
}

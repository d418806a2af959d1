package boxrun.cli.command;

import boxrun.api.Box;
import boxrun.api.CreateBox;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.PullImage;
import boxrun.api.PullPolicy;
import boxrun.cli.terminal.ProgressMode;
import boxrun.cli.terminal.PullDisplay;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.config.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Makes a box that stays, and prints its name. The image is asked for in a request of its own where it is not here, so
 * that its progress can be shown.
 *
 * @param quiet print its id, also when it has a name
 * @param within how long the box may take to be ready, when its image is there
 */
record MakeBox(CreateBox request, ProgressMode progress, boolean quiet, Optional<Duration> within) implements Action {
    @Override
    public int run(Session session) throws IOException {
        Box made = make(session);
        session.console().print((quiet ? made.id() : NamedBox.label(made)) + "\n");
        return 0;
    }

    Box make(Session session) {
        BoxrunClient daemon = session.daemon().get();
        PullPolicy policy = request.pull() == null ? PullPolicy.MISSING : request.pull();
        if (policy == PullPolicy.ALWAYS) {
            pull(session, daemon);
        }
        try {
            return create(session, daemon);
        } catch (ProblemException e) {
            if (policy != PullPolicy.MISSING || e.code() != ErrorCode.IMAGE_NOT_FOUND) {
                throw e;
            }
        }
        pull(session, daemon);
        return create(session, daemon);
    }

    private void pull(Session session, BoxrunClient daemon) {
        String image = String.valueOf(request.image());
        try (PullDisplay display = new PullDisplay(
                session.console(), progress, image, session.here().canDraw())) {
            daemon.pull(new PullImage(image), display::show);
        }
    }

    private Box create(Session session, BoxrunClient daemon) {
        try {
            return daemon.create(
                    request.pulling(PullPolicy.NEVER),
                    within.orElse(Duration.ZERO),
                    warning -> session.console().say("warning: " + warning));
        } catch (ConnectionException e) {
            if (!e.late()) {
                throw e;
            }
            // The daemon takes back what is half made when nobody waits for it any more.
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR,
                            "the box was not ready within " + Durations.text(within.orElseThrow()) + " and is not made")
                    .hint("give it more time with --init-timeout")
                    .because(e);
        }
    }
}

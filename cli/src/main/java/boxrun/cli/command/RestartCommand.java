package boxrun.cli.command;

import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun restart}. */
public final class RestartCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "restart",
                " [OPTIONS] BOX...",
                "Stop boxes and start them again",
                "A box that does not run is started. Prints what was started.");
        StopGrace.addTo(spec);
        BoxTargets.addTo(spec, "restart all boxes that run", "a box that is not there is no error");
        spec.usageMessage().footer("boxrun restart web");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new RestartBoxes(BoxTargets.read(parsed), StopGrace.read(parsed));
    }

    record RestartBoxes(BoxTargets boxes, StopGrace grace) implements Action {
        @Override
        public int run(Session session) throws IOException, InterruptedException {
            return boxes.each(
                    session, box -> box.status() == BoxStatus.RUNNING, Set.of(ErrorCode.BOX_NOT_FOUND), this::restart);
        }

        private void restart(BoxrunClient daemon, String box) {
            try {
                grace.stop(daemon, box);
            } catch (ProblemException e) {
                if (e.code() != ErrorCode.BOX_NOT_RUNNING) {
                    throw e;
                }
            }
            daemon.start(box);
        }
    }
}

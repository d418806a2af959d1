package boxrun.cli.command;

import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun start}. */
public final class StartCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "start",
                " [OPTIONS] BOX...",
                "Start boxes that are stopped",
                "Each has the disk that it had; what ran in it before does not run again. Prints what was started.");
        BoxTargets.addTo(spec, "start all boxes that are stopped", "a box that runs already is no error");
        spec.usageMessage().footer("boxrun start web", "boxrun start --all");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new StartBoxes(BoxTargets.read(parsed));
    }

    record StartBoxes(BoxTargets boxes) implements Action {
        @Override
        public int run(Session session) throws IOException, InterruptedException {
            return boxes.each(
                    session,
                    box -> box.status() == BoxStatus.STOPPED,
                    Set.of(ErrorCode.BOX_ALREADY_RUNNING),
                    BoxrunClient::start);
        }
    }
}

package boxrun.cli.command;

import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun stop}. */
public final class StopCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "stop",
                " [OPTIONS] BOX...",
                "Stop boxes and keep their disks",
                "Everything in the box gets TERM, and what is left after a while gets KILL. 'boxrun start' starts the",
                "box again, 'boxrun rm' removes it. Prints what was stopped.");
        StopGrace.addTo(spec);
        BoxTargets.addTo(spec, "stop all boxes that run", "a box that is not there, or does not run, is no error");
        spec.usageMessage().footer("boxrun stop web", "boxrun stop -t 30s web db", "boxrun stop --all");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new StopBoxes(BoxTargets.read(parsed), StopGrace.read(parsed));
    }

    record StopBoxes(BoxTargets boxes, StopGrace grace) implements Action {
        @Override
        public int run(Session session) throws IOException, InterruptedException {
            return boxes.eachRunning(session, grace::stop);
        }
    }
}

package boxrun.cli.command;

import boxrun.api.ErrorCode;
import java.io.IOException;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun rm}. */
public final class RmCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "rm",
                " [OPTIONS] BOX...",
                "Remove boxes with their disks",
                "A box that runs is only removed with --force. Prints what was removed.");
        spec.addOption(Options.flag("-f, --force", "also boxes that run; what runs in them is ended"));
        BoxTargets.addTo(spec, "remove all boxes", "a box that is not there is no error");
        spec.usageMessage().footer("boxrun rm web", "boxrun rm -f web db", "boxrun rm --all --force");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new RemoveBoxes(BoxTargets.read(parsed), Options.has(parsed, "--force"));
    }

    record RemoveBoxes(BoxTargets boxes, boolean force) implements Action {
        @Override
        public int run(Session session) throws IOException, InterruptedException {
            return boxes.each(
                    session, box -> true, Set.of(ErrorCode.BOX_NOT_FOUND), (daemon, box) -> daemon.remove(box, force));
        }
    }
}

package boxrun.cli.command;

import boxrun.api.Exec;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import java.io.IOException;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun wait}. */
public final class WaitCommand implements Command {
    /** How long one request asks the daemon to wait. */
    private static final Duration ONE_REQUEST = Duration.ofMinutes(10);

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "wait",
                " BOX [EXEC]",
                "Wait until a command in a box has ended, and print its exit code",
                "Without EXEC it is the latest command of the box.");
        spec.addPositional(Options.arguments("BOX [EXEC]", "1..2", "the box, and the command's id, or its beginning"));
        spec.usageMessage().footer("boxrun wait web", "test \"$(boxrun wait web)\" = 0");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new WaitForExec(BoxAndExec.read(parsed, "boxrun wait BOX [EXEC]"));
    }

    record WaitForExec(BoxAndExec target) implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            Exec exec = target.find(daemon);
            while (exec.finishedAt() == null) {
                try {
                    exec = daemon.execs(exec.boxId()).await(exec.id(), ONE_REQUEST);
                } catch (ConnectionException broken) {
                    if (!broken.connected()) {
                        throw broken;
                    }
                    daemon = session.anyDaemon().get();
                }
            }
            session.console().print(exec.exitCode() + "\n");
            return 0;
        }
    }
}

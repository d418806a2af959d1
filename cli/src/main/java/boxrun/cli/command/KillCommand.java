package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ProblemException;
import boxrun.client.BoxExecs;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun kill}. */
public final class KillCommand implements Command {
    private static final String KILL = "KILL";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "kill",
                " [OPTIONS] BOX...",
                "Stop boxes at once, or send a signal to the commands in them",
                "Without -s the box is stopped and nothing in it is asked to end by itself; its disk stays. Another",
                "signal goes to every command that 'boxrun exec' or 'boxrun shell' started. Prints the boxes.");
        spec.addOption(Options.value("-s, --signal", "SIGNAL", "INT, SIGINT or 2; KILL unless given"));
        BoxTargets.addTo(spec, "all boxes that run", "a box that is not there, or does not run, is no error");
        spec.usageMessage().footer("boxrun kill web", "boxrun kill -s HUP web");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        String signal = Options.value(parsed, "--signal").orElse(KILL).toUpperCase(Locale.ROOT);
        String name = signal.startsWith("SIG") ? signal.substring(3) : signal;
        return new KillBoxes(BoxTargets.read(parsed), name.equals("9") ? KILL : name);
    }

    record KillBoxes(BoxTargets boxes, String signal) implements Action {
        @Override
        public int run(Session session) throws IOException, InterruptedException {
            return boxes.eachRunning(session, this::kill);
        }

        private void kill(BoxrunClient daemon, String box) {
            if (signal.equals(KILL)) {
                daemon.stop(box, Duration.ZERO);
                return;
            }
            BoxExecs execs = daemon.execs(box);
            List<Exec> running = execs.list().stream()
                    .filter(exec -> exec.status() == ExecStatus.RUNNING)
                    .toList();
            if (running.isEmpty()) {
                throw new ProblemException(ErrorCode.EXEC_NOT_FOUND, "no command runs in " + box);
            }
            running.forEach(exec -> signal(execs, exec));
        }

        private void signal(BoxExecs execs, Exec exec) {
            try {
                execs.signal(exec.id(), signal);
            } catch (ProblemException e) {
                if (e.code() != ErrorCode.EXEC_ALREADY_FINISHED) {
                    throw e;
                }
            }
        }
    }
}

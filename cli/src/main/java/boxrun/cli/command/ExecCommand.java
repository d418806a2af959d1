package boxrun.cli.command;

import boxrun.api.StartExec;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun exec}. */
public final class ExecCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "exec",
                " [OPTIONS] BOX [--] COMMAND [ARG...]",
                "Run a command in a box that runs",
                "Output arrives as it is written, standard output and standard error apart, and the exit code is the",
                "command's. Options end at BOX: what follows belongs to the command.",
                "",
                "When a person is at the keyboard and the screen, the command gets a terminal; otherwise its standard",
                "input is empty unless -i is given. Ctrl-C reaches the command; a second one kills it.",
                "",
                "Without a terminal the output is kept: a daemon that ends meanwhile costs nothing, and 'boxrun logs'",
                "shows it again.");
        spec.parser().stopAtPositional(true);
        StreamOptions.addTo(spec);
        EnvironmentOptions.addTo(spec);
        spec.addOption(Options.value(
                "-w, --workdir", "DIR", "directory in the box to run the command in", "Without it, the box's."));
        UserOption.addTo(spec);
        TimeoutOption.addTo(spec);
        spec.addOption(Options.flag(
                "-d, --detach", "do not wait for the command; print its id", "Its standard input is empty."));
        SessionOption.addTo(spec);
        spec.addPositional(Options.arguments(
                "BOX COMMAND", "1..*", "the box's name, id, or the beginning of its id, and the command"));
        spec.usageMessage()
                .footer(
                        "boxrun exec web -- ls -l /srv",
                        "boxrun exec -it web bash",
                        "boxrun exec -it --session notes web vim notes",
                        "boxrun exec -d web ./serve --port 8080",
                        "tar c . | boxrun exec -i web tar x -C /srv");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        CommandWords words = CommandWords.read(parsed);
        String box = words.first();
        if (words.command().isEmpty()) {
            throw new UsageException("no command to run in " + box)
                    .hint("name one: boxrun exec " + box + " COMMAND, or get a shell: boxrun shell " + box);
        }
        boolean detached = Options.has(parsed, "--detach");
        StreamOptions streams = StreamOptions.read(parsed, here, detached);
        Optional<SessionOption> session = SessionOption.read(parsed, streams, detached);
        Map<String, String> variables = streams.withTerm(EnvironmentOptions.read(parsed, here), here);
        StartExec request = new StartExec(
                words.command(),
                variables.isEmpty() ? null : Map.copyOf(variables),
                Options.value(parsed, "--workdir").orElse(null),
                TimeoutOption.read(parsed).map(Duration::toMillis).orElse(null),
                streams.stdin() ? true : null,
                Options.value(parsed, "--user").orElse(null),
                streams.tty() ? true : null);
        return detached
                ? new ExecDetached(box, request)
                : streams.tty() ? new TerminalAction(box, request, session) : new ExecAction(box, request);
    }

    /** Starts a command and leaves it alone. */
    record ExecDetached(String box, StartExec request) implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            session.console()
                    .print(NamedBox.ask(daemon, box, name -> daemon.execs(name).start(request))
                                    .id()
                            + "\n");
            return 0;
        }
    }
}

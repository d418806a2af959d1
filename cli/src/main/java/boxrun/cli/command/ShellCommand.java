package boxrun.cli.command;

import boxrun.api.StartExec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun shell}, and {@code boxrun attach}, which is the same by another name. */
public final class ShellCommand implements Command {
    private final String name;

    private ShellCommand(String name) {
        this.name = name;
    }

    public static ShellCommand shell() {
        return new ShellCommand("shell");
    }

    public static ShellCommand attach() {
        return new ShellCommand("attach");
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                name,
                " [OPTIONS] BOX",
                "Open a shell in a box that runs",
                "The shell is bash where the box has it, otherwise sh. It ends when the terminal is closed, unless it is a",
                "session.");
        EnvironmentOptions.addTo(spec);
        spec.addOption(Options.value("-w, --workdir", "DIR", "directory in the box to begin in"));
        UserOption.addTo(spec);
        SessionOption.addTo(spec);
        spec.addOption(Options.flag("--list", "list the sessions of the box, and open none"));
        FormatOption.addTo(spec, "Name");
        spec.addPositional(Options.argument("BOX", List.of(), "name, id, or the beginning of an id"));
        spec.usageMessage()
                .footer(
                        "boxrun " + name + " web",
                        "boxrun " + name + " -u root web",
                        "boxrun " + name + " --session work web",
                        "boxrun " + name + " --list web");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        String box = Options.argument(parsed)
                .orElseThrow(() ->
                        new UsageException("missing argument BOX").hint("usage: boxrun " + name + " [OPTIONS] BOX"));
        Optional<SessionOption> session = SessionOption.read(parsed);
        if (Options.has(parsed, "--list")) {
            return new ListSessions(box, FormatOption.read(parsed));
        }
        if (!here.inIsTerminal()) {
            throw new UsageException("a shell needs a terminal, and standard input is none")
                    .hint("run commands without one: boxrun exec -i " + box + " sh");
        }
        Map<String, String> variables =
                new StreamOptions(true, true).withTerm(EnvironmentOptions.read(parsed, here), here);
        StartExec request = new StartExec(
                null,
                variables.isEmpty() ? null : Map.copyOf(variables),
                Options.value(parsed, "--workdir").orElse(null),
                null,
                true,
                Options.value(parsed, "--user").orElse(null),
                true);
        return new TerminalAction(box, request, session);
    }
}

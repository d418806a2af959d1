package boxrun.cli.command;

import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code -i -t}: whether a command gets our standard input, and a terminal; both when a person is at both ends. */
record StreamOptions(boolean stdin, boolean tty) {
    static void addTo(CommandSpec spec) {
        spec.addOption(Options.flag(
                "-i, --interactive",
                "pass standard input to the command",
                "Without it and without a terminal, the command's standard input is empty."));
        spec.addOption(Options.flag(
                "-t, --tty",
                "give the command a terminal",
                "That is so by itself when standard input, output and error are a terminal; --tty=false forbids it."));
    }

    /** @param detached nobody is at the command's ends, so -i means nothing and -t is only a wish for a terminal */
    static StreamOptions read(ParseResult parsed, Surroundings here, boolean detached) {
        boolean stdin = Options.has(parsed, "--interactive");
        boolean tty = Options.has(parsed, "--tty");
        if (detached) {
            return new StreamOptions(false, tty);
        }
        if (!parsed.hasMatchedOption("--tty") && !stdin && here.interactive()) {
            return new StreamOptions(true, true);
        }
        if (tty && stdin && !here.inIsTerminal()) {
            throw new UsageException("standard input is not a terminal, as -it needs")
                    .hint("use -i alone to pass a pipe or a file to the command");
        }
        return new StreamOptions(stdin, tty);
    }

    /** The variables, with the kind of our terminal where the command gets one. */
    Map<String, String> withTerm(Map<String, String> variables, Surroundings here) {
        if (tty && here.environment().containsKey("TERM")) {
            variables.putIfAbsent("TERM", here.environment().get("TERM"));
        }
        return variables;
    }
}

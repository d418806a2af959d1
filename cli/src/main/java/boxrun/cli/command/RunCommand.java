package boxrun.cli.command;

import boxrun.api.PullPolicy;
import boxrun.api.Run;
import boxrun.api.Volume;
import boxrun.config.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun run}: a box for one command. */
public final class RunCommand implements Command {
    private static final List<String> PULL = List.of("missing", "always", "never");

    /** What a terminal without a command gets: the shell that people like better, where the image has it. */
    private static final List<String> SHELL =
            List.of("/bin/sh", "-c", "if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "run",
                " [OPTIONS] IMAGE [--] [COMMAND [ARG...]]",
                "Run a command in a new box and remove the box afterwards",
                "Makes a box from IMAGE, runs COMMAND in it and removes the box when the command ends. Output arrives",
                "as it is written, standard output and standard error apart, and the exit code is the command's.",
                "Options end at IMAGE: what follows belongs to the command.",
                "",
                "When a person is at the keyboard and the screen, the command gets a terminal; otherwise its standard",
                "input is empty unless -i is given. Ctrl-C reaches the command; a second one kills it.");
        spec.parser().stopAtPositional(true);
        spec.addOption(Options.flag(
                "-i, --interactive",
                "pass standard input to the command",
                "Without it and without a terminal, the command's standard input is empty."));
        spec.addOption(Options.flag(
                "-t, --tty",
                "give the command a terminal",
                "That is so by itself when standard input, output and error are a terminal; --tty=false forbids it."));
        EnvironmentOptions.addTo(spec);
        VolumeOption.addTo(spec);
        spec.addOption(Options.value("-w, --workdir", "DIR", "directory in the box to run the command in"));
        spec.addOption(Options.value(
                "-u, --user",
                "USER[:GROUP]",
                "user in the box to run the command as",
                "Names or numbers; without it the image's user."));
        ResourceOptions.addTo(spec);
        spec.addOption(Options.value(
                "--timeout",
                "DURATION",
                "end the command after a time such as 30s or 5m",
                "The whole process tree is ended, with TERM and then KILL; the exit code is 124."));
        spec.addOption(Options.choice(
                "--pull",
                PULL,
                "when to ask a registry for the image",
                "missing, the preset, asks when the image is not here; never does not ask at all."));
        spec.addOption(Options.flag("--rm", "accepted for habit's sake: the box is always removed"));
        ProgressOption.addTo(spec, "show no progress");
        spec.addPositional(Options.arguments(
                "IMAGE [COMMAND]",
                "1..*",
                "the image, see 'boxrun help image-names', and the command with its arguments",
                "Without COMMAND a terminal gets a shell."));
        spec.usageMessage()
                .footer(
                        "boxrun run host -- echo hi",
                        "boxrun run -v .:/src -w /src python:3.12-slim python -m pytest",
                        "echo data | boxrun run -i alpine wc -c",
                        "boxrun run --memory 512m --timeout 30s ubuntu -- ./untrusted",
                        "boxrun run -it --network debian:12 bash");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        List<String> words = Options.arguments(parsed);
        if (words.isEmpty()) {
            throw new UsageException("missing argument IMAGE [COMMAND]")
                    .hint("usage: boxrun run [OPTIONS] IMAGE [--] [COMMAND [ARG...]]");
        }
        List<String> command = words.subList(1, words.size());
        if (!command.isEmpty() && command.getFirst().equals("--")) {
            command = command.subList(1, command.size());
        }
        boolean stdin = Options.has(parsed, "--interactive");
        boolean tty = Options.has(parsed, "--tty");
        if (!parsed.hasMatchedOption("--tty") && !stdin && here.interactive()) {
            tty = true;
            stdin = true;
        }
        if (tty && stdin && !here.inIsTerminal()) {
            throw new UsageException("standard input is not a terminal, as -it needs")
                    .hint("use -i alone to pass a pipe or a file to the command");
        }
        if (command.isEmpty() && !tty) {
            throw new UsageException("no command to run in " + words.getFirst())
                    .hint("name one: boxrun run " + words.getFirst() + " -- COMMAND");
        }
        ResourceOptions resources = ResourceOptions.read(parsed);
        Map<String, String> variables = EnvironmentOptions.read(parsed, here);
        if (tty && here.environment().containsKey("TERM")) {
            variables.putIfAbsent("TERM", here.environment().get("TERM"));
        }
        List<Volume> volumes = VolumeOption.read(parsed, here);
        Run request = new Run(
                here.image(words.getFirst()),
                List.copyOf(command.isEmpty() ? SHELL : command),
                resources.cpu().orElse(null),
                resources.memoryMb().orElse(null),
                resources.diskGb().orElse(null),
                resources.network().orElse(null),
                variables.isEmpty() ? null : Map.copyOf(variables),
                volumes.isEmpty() ? null : volumes,
                Options.value(parsed, "--workdir").orElse(null),
                timeout(parsed).map(Duration::toMillis).orElse(null),
                stdin ? true : null,
                Options.value(parsed, "--user").orElse(null),
                tty ? true : null,
                Options.choice(parsed, "--pull", PULL)
                        .map(policy -> PullPolicy.valueOf(policy.toUpperCase(Locale.ROOT)))
                        .orElse(null));
        return new RunAction(request, ProgressOption.read(parsed));
    }

    private static Optional<Duration> timeout(ParseResult parsed) {
        try {
            Optional<Duration> timeout = Options.value(parsed, "--timeout").map(Durations::parse);
            timeout.filter(Duration::isZero).ifPresent(zero -> {
                throw new UsageException("bad value for --timeout: expected a duration above 0");
            });
            return timeout;
        } catch (IllegalArgumentException e) {
            throw new UsageException("bad value for --timeout: " + e.getMessage());
        }
    }
}

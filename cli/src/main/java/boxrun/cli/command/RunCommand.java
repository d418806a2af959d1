package boxrun.cli.command;

import boxrun.api.Run;
import boxrun.api.Volume;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun run}: a box for one command. */
public final class RunCommand implements Command {
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
        StreamOptions.addTo(spec);
        EnvironmentOptions.addTo(spec);
        VolumeOption.addTo(spec);
        spec.addOption(Options.value("-w, --workdir", "DIR", "directory in the box to run the command in"));
        UserOption.addTo(spec);
        ResourceOptions.addTo(spec);
        TimeoutOption.addTo(spec);
        PullOption.addTo(spec);
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
        CommandWords words =
                CommandWords.read(parsed, "IMAGE [COMMAND]", "boxrun run [OPTIONS] IMAGE [--] [COMMAND [ARG...]]");
        StreamOptions streams = StreamOptions.read(parsed, here, false);
        if (words.command().isEmpty() && !streams.tty()) {
            throw new UsageException("no command to run in " + words.first())
                    .hint("name one: boxrun run " + words.first() + " -- COMMAND");
        }
        ResourceOptions resources = ResourceOptions.read(parsed);
        Map<String, String> variables = streams.withTerm(EnvironmentOptions.read(parsed, here), here);
        List<Volume> volumes = VolumeOption.read(parsed, here);
        Run request = new Run(
                here.image(words.first()),
                words.command().isEmpty() ? SHELL : words.command(),
                resources.cpu().orElse(null),
                resources.memoryMb().orElse(null),
                resources.diskGb().orElse(null),
                resources.network().orElse(null),
                variables.isEmpty() ? null : Map.copyOf(variables),
                volumes.isEmpty() ? null : volumes,
                Options.value(parsed, "--workdir").orElse(null),
                TimeoutOption.read(parsed).map(Duration::toMillis).orElse(null),
                streams.stdin() ? true : null,
                Options.value(parsed, "--user").orElse(null),
                streams.tty() ? true : null,
                PullOption.read(parsed).orElse(null));
        return new RunAction(request, ProgressOption.read(parsed));
    }
}

package boxrun.cli.command;

import boxrun.api.CreateBox;
import boxrun.api.Run;
import boxrun.api.StartExec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
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
                "Run a command in a new box",
                "Makes a box from IMAGE, runs COMMAND in it and removes the box when the command ends. Output arrives",
                "as it is written, standard output and standard error apart, and the exit code is the command's.",
                "Options end at IMAGE: what follows belongs to the command.",
                "",
                "A box that gets a name stays, and goes on running, unless --rm is given; so does one with -d or",
                "--session.",
                "",
                "When a person is at the keyboard and the screen, the command gets a terminal; otherwise its standard",
                "input is empty unless -i is given. Ctrl-C reaches the command; a second one kills it.",
                "",
                "With BOXRUN_SPARES the daemon keeps boxes started in advance: the next run of the same image with the",
                "same limits begins sooner. See 'boxrun help environment'.");
        spec.parser().stopAtPositional(true);
        StreamOptions.addTo(spec);
        BoxOptions.addTo(spec);
        spec.addOption(Options.value("-w, --workdir", "DIR", "directory in the box to run the command in"));
        UserOption.addTo(spec);
        TimeoutOption.addTo(spec);
        spec.addOption(
                Options.flag(
                        "-d, --detach",
                        "keep the box, do not wait for the command; print the box's id",
                        "Without COMMAND the box is made and nothing runs in it. 'boxrun logs' shows what the command writes."));
        spec.addOption(Options.flag(
                "--rm", "remove the box afterwards", "That is so by itself, unless --name, -d or --session is given."));
        SessionOption.addTo(spec);
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
                        "boxrun run -it --network debian:12 bash",
                        "boxrun run -d --name web --network -p 8080:80 nginx nginx -g 'daemon off;'");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        CommandWords words = CommandWords.read(parsed);
        boolean detached = Options.has(parsed, "--detach");
        boolean removed = Options.has(parsed, "--rm");
        if (detached && removed) {
            throw new UsageException("-d keeps the box, --rm removes it")
                    .hint("leave out --rm, and remove the box later: boxrun rm -f");
        }
        StreamOptions streams = StreamOptions.read(parsed, here, detached);
        Optional<SessionOption> session = SessionOption.read(parsed, streams, detached);
        if (session.isPresent() && removed) {
            throw new UsageException("a session lives on when it is left, --rm removes its box")
                    .hint("leave out --rm, and remove the box later: boxrun rm -f");
        }
        if (words.command().isEmpty() && !streams.tty() && !detached) {
            throw new UsageException("no command to run in " + words.first())
                    .hint("name one: boxrun run " + words.first() + " -- COMMAND");
        }
        boolean kept = detached
                || session.isPresent()
                || (Options.value(parsed, "--name").isPresent() && !removed);
        return kept
                ? new RunKept(
                        box(parsed, here, words), command(parsed, here, words, streams, detached), session, detached)
                : once(parsed, here, words, streams);
    }

    private static MakeBox box(ParseResult parsed, Surroundings here, CommandWords words) {
        return new MakeBox(
                BoxOptions.read(parsed, here, words.first(), EnvironmentOptions.read(parsed, here)),
                ProgressOption.read(parsed),
                false,
                Optional.empty());
    }

    /** The command of a box that stays; none when only the box is wanted. */
    private static Optional<StartExec> command(
            ParseResult parsed, Surroundings here, CommandWords words, StreamOptions streams, boolean detached) {
        if (detached && words.command().isEmpty() && !streams.tty()) {
            return Optional.empty();
        }
        return Optional.of(new StartExec(
                command(words),
                BoxOptions.unlessEmpty(streams.withTerm(new HashMap<>(), here)),
                null,
                TimeoutOption.read(parsed).map(Duration::toMillis).orElse(null),
                streams.stdin() ? true : null,
                Options.value(parsed, "--user").orElse(null),
                streams.tty() ? true : null));
    }

    private static Action once(ParseResult parsed, Surroundings here, CommandWords words, StreamOptions streams) {
        CreateBox box = BoxOptions.read(
                parsed, here, words.first(), streams.withTerm(EnvironmentOptions.read(parsed, here), here));
        Run request = new Run(
                box.image(),
                command(words),
                box.cpu(),
                box.memoryMb(),
                box.diskSizeGb(),
                box.network(),
                box.env(),
                box.volumes(),
                box.workdir(),
                TimeoutOption.read(parsed).map(Duration::toMillis).orElse(null),
                streams.stdin() ? true : null,
                Options.value(parsed, "--user").orElse(null),
                streams.tty() ? true : null,
                box.pull(),
                box.labels(),
                box.ports(),
                box.pids(),
                box.name());
        return new RunAction(request, ProgressOption.read(parsed));
    }

    private static List<String> command(CommandWords words) {
        return words.command().isEmpty() ? SHELL : words.command();
    }
}

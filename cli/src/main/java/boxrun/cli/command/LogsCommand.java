package boxrun.cli.command;

import boxrun.api.Exec;
import boxrun.cli.terminal.Console;
import boxrun.client.BoxExecs;
import boxrun.client.BoxrunClient;
import boxrun.client.RunEvent;
import boxrun.client.RunEvents;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun logs}. */
public final class LogsCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "logs",
                " [OPTIONS] BOX [EXEC]",
                "Show what a command in a box wrote",
                "Standard output goes to standard output, standard error to standard error, as the command wrote them.",
                "Without EXEC it is the latest command's. The output of a command on a terminal that was shown to",
                "somebody is not kept.",
                "",
                "The time of a line is that at which the daemon got the beginning of it. Where it is not known, because",
                "an earlier version of boxrun kept the line, it is the time at which the command was started.");
        spec.addOption(Options.flag("-f, --follow", "go on until the command ends"));
        spec.addOption(Options.value(
                "-n, --tail", "N", "begin with the last N lines; all has all of them", "Of both outputs together."));
        spec.addOption(Options.value("--since", "TIME", "show only lines from then on", TimeOption.FORMS));
        spec.addOption(Options.value("--until", "TIME", "show only lines up to then", TimeOption.FORMS));
        spec.addOption(Options.flag("-t, --timestamps", "put its time, in UTC, in front of each line"));
        spec.addPositional(Options.arguments("BOX [EXEC]", "1..2", "the box, and the command's id, or its beginning"));
        spec.usageMessage().footer("boxrun logs web", "boxrun logs -f -n 20 web", "boxrun logs -t --since 10m web");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        BoxAndExec target = BoxAndExec.read(parsed);
        boolean follow = Options.has(parsed, "--follow");
        if (follow && parsed.hasMatchedOption("--until")) {
            throw new UsageException("-f goes on until the command ends, and --until ends before")
                    .hint("leave out one of them");
        }
        Instant now = Instant.now();
        ZoneId zone = ZoneId.systemDefault();
        return new ShowLogs(
                target,
                follow,
                Options.value(parsed, "--tail").map(LogsCommand::lines).orElse(Integer.MAX_VALUE),
                new LogLines.Wanted(
                        TimeOption.read(parsed, "--since", now, zone).orElse(Instant.MIN),
                        TimeOption.read(parsed, "--until", now, zone).orElse(Instant.MAX),
                        Options.has(parsed, "--timestamps")));
    }

    private static int lines(String text) {
        if (text.equals("all")) {
            return Integer.MAX_VALUE;
        }
        try {
            int lines = Integer.parseInt(text);
            if (lines >= 0) {
                return lines;
            }
        } catch (NumberFormatException e) {
            // The message below says what is expected.
        }
        throw new UsageException("bad value for --tail: expected a number of lines or all, got \"" + text + '"');
    }

    record ShowLogs(BoxAndExec target, boolean follow, int lines, LogLines.Wanted wanted) implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            Exec exec = target.find(daemon);
            LogLines shown = new LogLines(wanted, exec.createdAt());
            BoxExecs execs = daemon.execs(exec.boxId());
            long seen = lines == Integer.MAX_VALUE && follow
                    ? 0
                    : present(wanted.timeless() ? execs : execs.withTimes(), exec, shown, session.console());
            if (follow && seen >= 0) {
                StartedExec started = new StartedExec(daemon, session.anyDaemon(), exec).after(seen);
                try (StartedExec rest = wanted.timeless() ? started : started.withTimes()) {
                    copy(rest, shown, session.console());
                }
            }
            return 0;
        }

        /** Writes what there is; returns the number of the last event, -1 when it was the end. */
        private long present(BoxExecs execs, Exec exec, LogLines shown, Console console) throws IOException {
            LastLines last = new LastLines(lines);
            LogLines.Sink sink = lines == Integer.MAX_VALUE ? console::write : last::add;
            long seen = 0;
            try (RunEvents events = execs.eventsSoFar(exec.id())) {
                for (Optional<RunEvent> event = events.next(); event.isPresent(); event = events.next()) {
                    switch (event.get()) {
                        case RunEvent.Output output -> {
                            seen = output.seq();
                            shown.show(output, sink);
                        }
                        case RunEvent.Exit exit -> seen = -1;
                        case RunEvent.Warning warning -> {}
                        case RunEvent.Progress progress -> {}
                        case RunEvent.Started started -> {}
                    }
                }
            }
            last.writeTo(console);
            return seen;
        }

        private static void copy(RunEvents events, LogLines shown, Console console) throws IOException {
            for (Optional<RunEvent> event = events.next(); event.isPresent(); event = events.next()) {
                if (event.get() instanceof RunEvent.Output output) {
                    shown.show(output, console::write);
                }
            }
        }
    }
}

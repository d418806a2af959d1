package boxrun.cli.command;

import boxrun.api.ExtendedBox;
import boxrun.api.Gc;
import boxrun.client.BoxFilter;
import boxrun.client.BoxrunClient;
import boxrun.config.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun gc}. */
public final class GcCommand implements Command {
    private static final String UNTIL = "until=";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "gc",
                " [OPTIONS]",
                "Remove boxes that have been stopped for long",
                "Removes boxes that were stopped, and boxes in error that were made, longer ago than an hour or what",
                "--older-than says, with their disks. Prints how many.");
        spec.addOption(
                Options.value("--older-than", "DURATION", "how long, such as 30m or 7d", "A bare number is seconds."));
        spec.addOption(Options.value("--filter", "until=DURATION", "the same, as docker's users write it"));
        spec.addOption(Options.flag("--dry-run", "remove nothing; print the boxes that would be removed"));
        spec.usageMessage().footer("boxrun gc", "boxrun gc --older-than 7d --dry-run", "boxrun gc --filter until=168h");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        Optional<Duration> age = DurationOption.read(parsed, "--older-than")
                .or(() -> Options.value(parsed, "--filter").map(GcCommand::until));
        return Options.has(parsed, "--dry-run") ? new ShowOld(age.orElse(Duration.ofHours(1))) : new RemoveOld(age);
    }

    private static Duration until(String filter) {
        if (!filter.startsWith(UNTIL)) {
            throw new UsageException("bad value for --filter: expected until=DURATION, got \"" + filter + '"');
        }
        try {
            return Durations.parse(filter.substring(UNTIL.length()));
        } catch (IllegalArgumentException e) {
            throw new UsageException("bad value for --filter: " + e.getMessage());
        }
    }

    /** @param age empty leaves it to the daemon */
    record RemoveOld(Optional<Duration> age) implements Action {
        @Override
        public int run(Session session) throws IOException {
            int removed = session.daemon()
                    .get()
                    .gc(new Gc(age.map(Duration::toSeconds).orElse(null)))
                    .removed();
            session.console().print("removed " + removed + (removed == 1 ? " box\n" : " boxes\n"));
            return 0;
        }
    }

    record ShowOld(Duration age) implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            for (ExtendedBox box : daemon.boxes(BoxFilter.unusedFor(age))) {
                session.console().print((box.name() == null ? box.id() : box.name()) + "\n");
            }
            return 0;
        }
    }
}

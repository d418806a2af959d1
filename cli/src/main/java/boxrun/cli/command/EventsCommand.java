package boxrun.cli.command;

import boxrun.cli.print.Listing;
import boxrun.client.BoxrunClient;
import boxrun.client.LifeEvent;
import boxrun.client.LifeEvents;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun events}. */
public final class EventsCommand implements Command {
    private static final List<String> KEYS = List.of("box", "type", "event");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "events",
                " [OPTIONS]",
                "Show what happens to boxes and commands",
                "Prints a line for each event until Ctrl-C, from now on, or with --since also what was before, as far as",
                "the daemon remembers. A box is created, started, stopped, failed, removed or renamed; a command (exec) is",
                "started or finished.");
        spec.addOption(Options.values(
                "-f, --filter",
                "KEY=VALUE",
                "show only the events that fit",
                "box=BOX, type=box or type=exec, event=stopped. May be given more than once: of several values for a key",
                "one has to fit; box may be given once."));
        spec.addOption(Options.value("--since", "TIME", "begin with what happened since then", TimeOption.FORMS));
        spec.addOption(Options.value("-n, --count", "N", "end after N events"));
        spec.addOption(Options.value(
                "--format",
                "FORMAT",
                "json, or a text with {{.Field}} in it",
                "json is one object a line, with type, action, at, id and more. A text is printed once for each, with",
                "the fields in place, such as '{{.Action}}'; \\t and \\n are a tab and a line break."));
        spec.usageMessage()
                .footer(
                        "boxrun events --since 1h",
                        "boxrun events --filter box=web --filter event=stopped --count 1",
                        "boxrun events --format json");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        Map<String, List<String>> filters = FilterOption.read(parsed, KEYS);
        List<String> boxes = filters.getOrDefault("box", List.of());
        if (boxes.size() > 1) {
            throw FilterOption.bad("events are of all boxes or of one");
        }
        return new ShowEvents(
                boxes.stream().findFirst(),
                new EventFilter(
                        filters.getOrDefault("type", List.of()),
                        filters.getOrDefault("event", List.of()),
                        TimeOption.read(parsed, "--since", Instant.now(), ZoneId.systemDefault())
                                .orElse(Instant.MIN)),
                parsed.hasMatchedOption("--since"),
                Options.count(parsed, "--count").orElse(Integer.MAX_VALUE),
                FormatOption.read(parsed));
    }

    /** @param past whether to begin with what the daemon remembers */
    record ShowEvents(Optional<String> box, EventFilter filter, boolean past, int count, Listing listing)
            implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            String only = box.map(
                            name -> NamedBox.ask(daemon, name, daemon::box).id())
                    .orElse(null);
            try (LifeEvents events = past ? daemon.events(only, 0) : daemon.events(only)) {
                for (int left = count; left > 0; ) {
                    LifeEvent event = events.next();
                    if (event instanceof LifeEvent.Missed) {
                        session.console().say("boxrun: some events are not kept any more");
                    } else if (filter.fits(event)) {
                        session.console().print(EventLine.of(event, listing) + "\n");
                        session.console().out().flush();
                        left--;
                    }
                }
            }
            return 0;
        }
    }
}

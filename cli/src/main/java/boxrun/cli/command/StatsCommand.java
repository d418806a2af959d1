package boxrun.cli.command;

import boxrun.api.Box;
import boxrun.api.BoxStats;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Table;
import boxrun.client.BoxrunClient;
import boxrun.config.Sizes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun stats}. */
public final class StatsCommand implements Command {
    /** Between two looks when CPU is wanted once. */
    private static final Duration ONCE = Duration.ofMillis(500);

    private static final Duration LIVE = Duration.ofSeconds(1);

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "stats",
                " [OPTIONS] [BOX...]",
                "Show what boxes use",
                "Shows CPU, memory, processes, disk and network of the boxes that are named, or of all that run. On a",
                "terminal it goes on until Ctrl-C; otherwise, and with --no-stream or another format, it looks once, which",
                "takes half a second, since CPU is what is used between two looks. 100% is one CPU.");
        spec.addOption(Options.flag("--no-stream", "look once"));
        FormatOption.addTo(spec, "CpuPercent");
        spec.addPositional(Options.arguments("BOX", "0..*", "name, id, or the beginning of an id"));
        spec.usageMessage()
                .footer(
                        "boxrun stats",
                        "boxrun stats --no-stream web",
                        "boxrun stats --format '{{.Name}} {{.MemoryBytes}}'");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new ShowStats(Options.arguments(parsed), FormatOption.read(parsed), Options.has(parsed, "--no-stream"));
    }

    record ShowStats(List<String> names, Listing listing, boolean once) implements Action {
        ShowStats {
            names = List.copyOf(names);
        }

        @Override
        public int run(Session session) throws IOException, InterruptedException {
            BoxrunClient daemon = session.daemon().get();
            boolean live = !once
                    && listing instanceof Listing.AsTable
                    && session.console().outIsTerminal()
                    && session.here().canDraw();
            Map<String, BoxStats> before = new HashMap<>();
            look(daemon, before);
            Thread.sleep(ONCE);
            while (live) {
                String table = table(look(daemon, before)).text();
                // Over what is there, so that it does not flicker, and away with what was below.
                session.console().print("\033[H" + table.replace("\n", "\033[K\n") + "\033[J");
                session.console().out().flush();
                Thread.sleep(LIVE);
            }
            List<BoxUse> uses = look(daemon, before);
            session.console()
                    .print(FormatOption.text(
                            listing, uses.stream().map(BoxUse::json).toList(), list -> table(uses)));
            return 0;
        }

        /** What is used now; keeps it, to compare the next look with. */
        private List<BoxUse> look(BoxrunClient daemon, Map<String, BoxStats> before) {
            List<BoxUse> uses = new ArrayList<>();
            for (Box box : boxes(daemon)) {
                try {
                    BoxStats now = daemon.stats(box.id());
                    Optional<BoxStats> last = Optional.ofNullable(before.put(box.id(), now));
                    uses.add(new BoxUse(box.id(), NamedBox.label(box), now, last));
                } catch (ProblemException e) {
                    // One that was listed may be gone meanwhile.
                    if (!names.isEmpty() || e.code() != ErrorCode.BOX_NOT_FOUND) {
                        throw e;
                    }
                }
            }
            return uses;
        }

        private List<Box> boxes(BoxrunClient daemon) {
            return names.isEmpty()
                    ? daemon.boxes("running")
                    : names.stream()
                            .map(name -> NamedBox.ask(daemon, name, daemon::box))
                            .toList();
        }
    }

    static Table table(List<BoxUse> uses) {
        Table table = new Table("NAME", "CPU", "MEMORY", "LIMIT", "PROCESSES", "DISK", "RECEIVED", "SENT");
        for (BoxUse use : uses) {
            BoxStats stats = use.now();
            table.row(
                    use.name(),
                    use.cpuPercent()
                            .map(percent -> percent.toPlainString() + "%")
                            .orElse(""),
                    size(stats.memoryBytes()),
                    size(stats.memoryLimitBytes()),
                    stats.pids() == null ? "" : stats.pids().toString(),
                    size(stats.diskBytes()),
                    size(stats.networkRxBytes()),
                    size(stats.networkTxBytes()));
        }
        return table;
    }

    private static String size(@Nullable Long bytes) {
        return bytes == null ? "" : Sizes.text(bytes);
    }
}

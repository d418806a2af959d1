package boxrun.cli.command;

import boxrun.api.BoxStatus;
import boxrun.api.ExtendedBox;
import boxrun.cli.print.Ages;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Palette;
import boxrun.cli.print.Table;
import boxrun.cli.terminal.Console;
import boxrun.client.BoxFilter;
import boxrun.client.BoxrunClient;
import boxrun.client.ListedBox;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun ls} and {@code boxrun ps}: the same list, all of it or what runs unless the options say otherwise. */
public final class ListCommand implements Command {
    private static final List<String> STATUSES = List.of("running", "stopped", "all");

    /** What a column may take of a line unless {@code --no-trunc} is given. */
    private static final int WIDEST = 40;

    private final boolean running;

    private ListCommand(boolean running) {
        this.running = running;
    }

    /** {@code boxrun ls}. */
    public static ListCommand ofAll() {
        return new ListCommand(false);
    }

    /** {@code boxrun ps}. */
    public static ListCommand ofRunning() {
        return new ListCommand(true);
    }

    @Override
    public CommandSpec spec() {
        String name = running ? "ps" : "ls";
        CommandSpec spec = Options.command(
                name,
                " [OPTIONS]",
                running ? "List the boxes that run" : "List the boxes",
                running
                        ? "The same as 'boxrun ls --status running', by the name that docker has for it; -a lists all."
                        : "Lists the boxes of every status, the newest first; 'boxrun ps' lists those that run.");
        spec.addOption(Options.flag("-a, --all", "list the boxes of every status"));
        spec.addOption(Options.choice(
                "--status", STATUSES, "which boxes to list", "--filter status= has the other statuses as well."));
        ListFilter.addTo(spec);
        spec.addOption(Options.value("-n, --last", "N", "list only the N boxes that were made last, of every status"));
        spec.addOption(Options.flag("-q, --quiet", "print the ids only"));
        spec.addOption(Options.flag("--no-trunc", "do not shorten what is long"));
        FormatOption.addTo(spec, "Name");
        spec.usageMessage()
                .footer(
                        "boxrun " + name,
                        "boxrun " + name + " --filter name=web --filter image=ubuntu",
                        "boxrun " + name + " --format '{{.Name}} {{.Status}}'");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        ListFilter filter = ListFilter.read(parsed);
        Optional<Integer> last = Options.count(parsed, "--last");
        Optional<String> status = Options.choice(parsed, "--status", STATUSES);
        boolean all = Options.has(parsed, "--all") || last.isPresent();
        String wanted = status.orElse(all || !running ? "all" : "running");
        // What is filtered by status is not to be hidden by what the command lists without it.
        if (status.isEmpty() && !filter.statuses().isEmpty()) {
            wanted = "all";
        }
        return new ListBoxes(
                wanted,
                filter,
                last,
                FormatOption.read(parsed),
                Options.has(parsed, "--quiet"),
                Options.has(parsed, "--no-trunc"));
    }

    /** @param status as the daemon understands it: running, stopped or all */
    record ListBoxes(
            String status, ListFilter filter, Optional<Integer> last, Listing listing, boolean quiet, boolean whole)
            implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            BoxFilter wanted = new BoxFilter(status, filter.labels(), null, null);
            Console console = session.console();
            Function<List<ListedBox>, Table> table = boxes -> table(boxes, Instant.now(), whole, session.palette());
            if (quiet) {
                console.print(ids(chosen(daemon.listed(wanted), box -> box)));
            } else if (listing instanceof Listing.AsTable) {
                console.print(listing.text(chosen(daemon.listed(wanted), box -> box), table));
            } else {
                List<ExtendedBox> boxes = chosen(daemon.boxes(wanted), ListedBox::of);
                console.print(FormatOption.text(
                        listing,
                        boxes,
                        list -> table.apply(list.stream().map(ListedBox::of).toList())));
            }
            return 0;
        }

        private <T> List<T> chosen(List<T> boxes, Function<T, ListedBox> shown) {
            return boxes.stream()
                    .filter(box -> filter.fits(shown.apply(box)))
                    .limit(last.orElse(Integer.MAX_VALUE))
                    .toList();
        }
    }

    private static String ids(List<ListedBox> boxes) {
        StringBuilder lines = new StringBuilder();
        boxes.forEach(box -> lines.append(box.id()).append('\n'));
        return lines.toString();
    }

    static Table table(List<ListedBox> boxes, Instant now, boolean whole, Palette palette) {
        Table table = new Table("ID", "NAME", "IMAGE", "STATUS", "CREATED");
        for (ListedBox box : boxes) {
            table.row(
                    box.id(),
                    box.name() == null ? "" : box.name(),
                    shown(box.image(), whole),
                    shown(status(box, now), whole),
                    Ages.ago(box.createdAt(), now));
            switch (box.status()) {
                case RUNNING -> table.paint(3, palette::green);
                case ERROR -> table.paint(3, palette::red);
                case CREATING -> table.paint(3, palette::yellow);
                case STOPPED -> table.paint(3, palette::faint);
            }
        }
        return table;
    }

    private static String status(ListedBox box, Instant now) {
        String word = box.status().name().toLowerCase(Locale.ROOT);
        if (box.status() == BoxStatus.STOPPED && box.stoppedAt() != null) {
            return word + " " + Ages.ago(box.stoppedAt(), now);
        }
        return box.status() == BoxStatus.ERROR && box.errorMessage() != null ? word + ": " + box.errorMessage() : word;
    }

    private static String shown(String text, boolean whole) {
        return whole || text.codePointCount(0, text.length()) <= WIDEST
                ? text
                : text.substring(0, text.offsetByCodePoints(0, WIDEST - 1)) + "…";
    }
}

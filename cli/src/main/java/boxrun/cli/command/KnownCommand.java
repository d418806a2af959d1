package boxrun.cli.command;

import boxrun.cli.connect.DaemonConnector;
import boxrun.cli.print.Safe;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code boxrun __known KIND}: what completion scripts ask for while somebody types. It is in no list of commands. It
 * starts no daemon, so that pressing a key has no effects, and it never fails.
 */
public final class KnownCommand implements Command {
    /** The name that no person types. */
    public static final String NAME = "__known";

    /** What there are names of. */
    private enum Kind {
        IMAGES,
        BOXES,
        /** Boxes and images. */
        ALL,
        /** Boxes as they begin a path in one. */
        PLACES
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(NAME, " images|boxes|all|places", "Print names for completion");
        spec.addPositional(Options.arguments("KIND", "1", "what to print"));
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        String word = Options.arguments(parsed).getFirst().toUpperCase(Locale.ROOT);
        List<Kind> kinds = Stream.of(Kind.values())
                .filter(kind -> kind.name().equals(word))
                .toList();
        return session -> {
            for (Kind kind : kinds) {
                print(session, kind);
            }
            return 0;
        };
    }

    private static void print(Session session, Kind kind) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try {
            Optional<BoxrunClient> daemon =
                    DaemonConnector.local(session.settings().get(), note -> {}).running();
            switch (kind) {
                case IMAGES -> addImages(daemon, names);
                case BOXES -> addBoxes(daemon, names, "");
                case PLACES -> addBoxes(daemon, names, ":");
                case ALL -> {
                    addImages(daemon, names);
                    addBoxes(daemon, names, "");
                }
            }
        } catch (RuntimeException e) {
            // A daemon that cannot be asked completes nothing; the command itself will say why.
        }
        for (String name : names) {
            session.console().print(Safe.line(name) + "\n");
        }
    }

    private static void addImages(Optional<BoxrunClient> daemon, Set<String> names) {
        names.add("host");
        if (daemon.isPresent()) {
            names.addAll(daemon.get().info().imageAliases().keySet());
            daemon.get().images().forEach(image -> names.add(image.reference()));
        }
    }

    private static void addBoxes(Optional<BoxrunClient> daemon, Set<String> names, String end) {
        if (daemon.isPresent()) {
            daemon.get().boxes("all").forEach(box -> names.add((box.name() == null ? box.id() : box.name()) + end));
        }
    }
}

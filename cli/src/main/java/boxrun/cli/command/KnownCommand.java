package boxrun.cli.command;

import boxrun.api.Image;
import boxrun.cli.connect.DaemonConnector;
import boxrun.cli.print.Safe;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.Optional;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code boxrun __known images}: what completion scripts ask for while somebody types. It is in no list of commands. It
 * starts no daemon, so that pressing a key has no effects, and it never fails.
 */
public final class KnownCommand implements Command {
    /** The name that no person types. */
    public static final String NAME = "__known";

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(NAME, " images", "Print names for completion");
        spec.addPositional(Options.arguments("KIND", "1", "what to print"));
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return KnownCommand::images;
    }

    private static int images(Session session) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        names.add("host");
        try {
            Optional<BoxrunClient> daemon =
                    DaemonConnector.local(session.settings().get(), note -> {}).running();
            if (daemon.isPresent()) {
                names.addAll(daemon.get().info().imageAliases().keySet());
                for (Image image : daemon.get().images()) {
                    names.add(image.reference());
                }
            }
        } catch (RuntimeException e) {
            // A daemon that cannot be asked completes nothing; the command itself will say why.
        }
        for (String name : names) {
            session.console().print(Safe.line(name) + "\n");
        }
        return 0;
    }
}

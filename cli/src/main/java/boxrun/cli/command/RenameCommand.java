package boxrun.cli.command;

import boxrun.api.RenameBox;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun rename}. */
public final class RenameCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "rename",
                " BOX NAME",
                "Call a box by another name",
                "What runs in it does not notice. Prints the new name.");
        spec.addPositional(Options.arguments("BOX NAME", "2", "the box, and its new name"));
        spec.usageMessage().footer("boxrun rename web old-web");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        List<String> words = Options.arguments(parsed);
        return new Rename(words.getFirst(), words.get(1));
    }

    record Rename(String box, String name) implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            NamedBox.ask(daemon, box, known -> daemon.rename(known, new RenameBox(name)));
            session.console().print(name + "\n");
            return 0;
        }
    }
}

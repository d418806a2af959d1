package boxrun.cli.command;

import boxrun.api.Image;
import boxrun.api.PullImage;
import boxrun.cli.terminal.ProgressMode;
import boxrun.cli.terminal.PullDisplay;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun pull}. */
public final class PullCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "pull",
                " [OPTIONS] IMAGE...",
                "Fetch images",
                "Asks the registry for each image, also when it is here; layers that are here are not fetched again.",
                "Prints the reference and the digest of each.");
        ProgressOption.addTo(spec, "show no progress and print nothing");
        spec.addPositional(Options.arguments("IMAGE", "1..*", "what to fetch, see 'boxrun help image-names'"));
        spec.usageMessage().footer("boxrun pull ubuntu:24.04", "boxrun pull oci-archive:app.tar");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new Pull(
                Options.required(parsed).stream().map(here::image).toList(),
                ProgressOption.read(parsed),
                Options.has(parsed, "--quiet"));
    }

    private record Pull(List<String> names, ProgressMode progress, boolean quiet) implements Action {
        @Override
        public int run(Session session) throws IOException {
            for (String name : names) {
                Image image;
                try (PullDisplay display = new PullDisplay(
                        session.console(), progress, name, session.here().canDraw())) {
                    image = session.daemon().get().pull(new PullImage(name), display::show);
                }
                if (!quiet) {
                    session.console().print(image.reference() + " " + image.digest() + "\n");
                }
            }
            return 0;
        }
    }
}

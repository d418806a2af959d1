package boxrun.cli.command;

import boxrun.api.Image;
import boxrun.cli.print.Ages;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Table;
import boxrun.config.Sizes;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun images}. */
public final class ImagesCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "images",
                " [OPTIONS]",
                "List the images that are here",
                "An image is fetched when it is first used, by 'boxrun pull' or by 'boxrun load'. ALIAS is the short",
                "name that stands for it.");
        FormatOption.addTo(spec, "Reference");
        spec.addOption(Options.flag("-q, --quiet", "print the references only"));
        spec.usageMessage().footer("boxrun images", "boxrun images --format '{{.Reference}} {{.Digest}}'");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new ListImages(FormatOption.read(parsed), Options.has(parsed, "--quiet"));
    }

    private record ListImages(Listing listing, boolean quiet) implements Action {
        @Override
        public int run(Session session) throws IOException {
            List<Image> images = session.daemon().get().images();
            if (quiet) {
                for (Image image : images) {
                    session.console().print(image.reference() + "\n");
                }
            } else {
                session.console().print(FormatOption.text(listing, images, list -> table(list, Instant.now())));
            }
            return 0;
        }
    }

    static Table table(List<Image> images, Instant now) {
        Table table = new Table("REFERENCE", "ALIAS", "SIZE", "CREATED", "PULLED");
        for (Image image : images) {
            table.row(
                    image.reference(),
                    String.join(",", image.aliases()),
                    Sizes.text(image.size()),
                    image.createdAt() == null ? "" : Ages.ago(image.createdAt(), now),
                    Ages.ago(image.pulledAt(), now));
        }
        return table;
    }
}

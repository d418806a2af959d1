package boxrun.cli.command;

import boxrun.api.Image;
import boxrun.cli.print.Ages;
import boxrun.cli.print.Listing;
import boxrun.cli.print.Table;
import boxrun.config.Sizes;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun images}. */
public final class ImagesCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "images",
                " [OPTIONS] [IMAGE]",
                "List the images that are here",
                "An image is fetched when it is first used, by 'boxrun pull' or by 'boxrun load'. ALIAS is the short",
                "name that stands for it.");
        spec.addOption(Options.values(
                "-f, --filter",
                "reference=IMAGE",
                "list only the images that fit",
                "IMAGE is a reference or an alias, with or without a tag, and may have * in it. May be given more than",
                "once: one has to fit."));
        spec.addOption(Options.flag("-q, --quiet", "print the references only"));
        spec.addOption(Options.flag("--no-trunc", "show the digests too"));
        FormatOption.addTo(spec, "Reference");
        spec.addPositional(Options.argument("IMAGE", List.of(), "the same as --filter reference=IMAGE"));
        spec.usageMessage()
                .footer("boxrun images", "boxrun images ubuntu", "boxrun images --format '{{.Reference}} {{.Digest}}'");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        List<String> names =
                new ArrayList<>(FilterOption.read(parsed, List.of("reference")).getOrDefault("reference", List.of()));
        Options.argument(parsed).ifPresent(names::add);
        return new ListImages(
                names, FormatOption.read(parsed), Options.has(parsed, "--quiet"), Options.has(parsed, "--no-trunc"));
    }

    /** @param names of which one has to fit; none lists all */
    record ListImages(List<String> names, Listing listing, boolean quiet, boolean digests) implements Action {
        ListImages {
            names = List.copyOf(names);
        }

        @Override
        public int run(Session session) throws IOException {
            List<Image> images = session.daemon().get().images().stream()
                    .filter(image -> names.isEmpty() || names.stream().anyMatch(name -> fits(image, name)))
                    .toList();
            if (quiet) {
                for (Image image : images) {
                    session.console().print(image.reference() + "\n");
                }
            } else {
                session.console()
                        .print(FormatOption.text(listing, images, list -> table(list, digests, Instant.now())));
            }
            return 0;
        }
    }

    /**
     * Whether an image goes by a name: all of its reference, or the end of it after a slash, and any tag unless one is
     * given.
     */
    static boolean fits(Image image, String name) {
        String pattern =
                Arrays.stream(name.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining("[^/]*"));
        Pattern wanted = Pattern.compile("(.*/)?" + pattern + "([:@].*)?");
        return Stream.concat(Stream.of(image.reference()), image.aliases().stream())
                .anyMatch(known -> wanted.matcher(known).matches());
    }

    static Table table(List<Image> images, boolean digests, Instant now) {
        List<String> headings = new ArrayList<>(List.of("REFERENCE", "ALIAS", "SIZE", "CREATED", "PULLED"));
        if (digests) {
            headings.add("DIGEST");
        }
        Table table = new Table(headings.toArray(String[]::new));
        for (Image image : images) {
            List<String> cells = new ArrayList<>(List.of(
                    image.reference(),
                    String.join(",", image.aliases()),
                    Sizes.text(image.size()),
                    image.createdAt() == null ? "" : Ages.ago(image.createdAt(), now),
                    Ages.ago(image.pulledAt(), now)));
            if (digests) {
                cells.add(image.digest());
            }
            table.row(cells.toArray(String[]::new));
        }
        return table;
    }
}

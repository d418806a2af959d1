package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.Image;
import boxrun.api.ProblemException;
import boxrun.cli.print.Listing;
import boxrun.client.BoxrunClient;
import boxrun.json.Json;
import boxrun.json.JsonValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun inspect}. */
public final class InspectCommand implements Command {
    private static final List<String> TYPES = List.of("box", "image");

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "inspect",
                " [OPTIONS] BOX|IMAGE...",
                "Show all that is known of boxes and images",
                "Prints one JSON array. Of a box: its settings, its limits as they are wanted and as the kernel has them,",
                "the process, the digest of its image, and where its files are. Of an image: its digest, size and layers.",
                "A name that both a box and an image have means the box.");
        spec.addOption(Options.choice("--type", TYPES, "what the names mean"));
        spec.addOption(
                Options.value(
                        "-f, --format",
                        "FORMAT",
                        "json, or a text with {{.Field}} in it",
                        "A text is printed once for each, with the fields in place, such as '{{.Limits.MemoryMb.Effective}}'."));
        spec.addPositional(Options.arguments("BOX|IMAGE", "1..*", "what to show"));
        spec.usageMessage()
                .footer(
                        "boxrun inspect web",
                        "boxrun inspect --format '{{.Box.Name}} {{.Pid}}' web",
                        "boxrun inspect alpine");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        Listing listing = FormatOption.read(parsed, "json");
        if (listing instanceof Listing.AsTable) {
            throw new UsageException("bad value for --format: there is no table of all that is known")
                    .hint("boxrun ls and boxrun images print tables");
        }
        return new Inspect(Options.required(parsed), Options.choice(parsed, "--type", TYPES), listing);
    }

    record Inspect(List<String> names, Optional<String> type, Listing listing) implements Action {
        Inspect {
            names = List.copyOf(names);
        }

        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            List<JsonValue> found = new ArrayList<>();
            for (String name : names) {
                found.add(find(daemon, session.here().image(name), name));
            }
            session.console().print(FormatOption.text(listing, found, list -> {
                throw new IllegalStateException("no table");
            }));
            return 0;
        }

        private JsonValue find(BoxrunClient daemon, String reference, String name) {
            if (type.isEmpty() || type.get().equals("box")) {
                try {
                    return Json.WIRE.tree((Object) NamedBox.ask(daemon, name, daemon::inspect));
                } catch (ProblemException e) {
                    Optional<Image> image = e.code() == ErrorCode.BOX_NOT_FOUND && type.isEmpty()
                            ? image(daemon, reference)
                            : Optional.empty();
                    return image.map(found -> Json.WIRE.tree((Object) found)).orElseThrow(() -> e);
                }
            }
            return image(daemon, reference)
                    .map(found -> Json.WIRE.tree((Object) found))
                    .orElseThrow(
                            () -> new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "there is no image " + name + " here")
                                    .hint("fetch it: boxrun pull " + name));
        }

        private static Optional<Image> image(BoxrunClient daemon, String name) {
            return daemon.images().stream()
                    .filter(image -> isCalled(image, name))
                    .findFirst();
        }
    }

    /** By its digest, an alias, or its reference, without the registry and the tag where they are the usual ones. */
    static boolean isCalled(Image image, String name) {
        return image.aliases().contains(name)
                || image.digest().equals(name)
                || Stream.of(name, name + ":latest")
                        .flatMap(called -> Stream.of(called, "docker.io/" + called, "docker.io/library/" + called))
                        .anyMatch(image.reference()::equals);
    }
}

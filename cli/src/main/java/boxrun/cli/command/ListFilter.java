package boxrun.cli.command;

import boxrun.api.BoxStatus;
import boxrun.client.ListedBox;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code --filter KEY=VALUE}: which boxes to list. Of several values for one key any may fit, of several labels all
 * have to; every key given has to fit.
 *
 * @param labels {@code NAME} or {@code NAME=VALUE}, which the daemon compares
 */
record ListFilter(List<BoxStatus> statuses, List<String> names, List<String> images, List<String> labels) {
    /** docker calls the image of a box its ancestor. */
    private static final List<String> KEYS = List.of("status", "name", "image", "ancestor", "label");

    ListFilter {
        statuses = List.copyOf(statuses);
        names = List.copyOf(names);
        images = List.copyOf(images);
        labels = List.copyOf(labels);
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.values(
                "-f, --filter",
                "KEY=VALUE",
                "list only the boxes that fit",
                "status=STATUS, name=PART of the name, image=IMAGE with or without its tag, label=NAME or",
                "label=NAME=VALUE. May be given more than once: of several values for a key one has to fit, of several",
                "labels all."));
    }

    static ListFilter read(ParseResult parsed) {
        Map<String, List<String>> values = FilterOption.read(parsed, KEYS);
        return new ListFilter(
                values.getOrDefault("status", List.of()).stream()
                        .map(ListFilter::status)
                        .toList(),
                values.getOrDefault("name", List.of()),
                Stream.of("image", "ancestor")
                        .flatMap(key -> values.getOrDefault(key, List.of()).stream())
                        .toList(),
                values.getOrDefault("label", List.of()));
    }

    /** A status by its name, docker's among them. */
    static BoxStatus status(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "creating", "created" -> BoxStatus.CREATING;
            case "running" -> BoxStatus.RUNNING;
            case "stopped", "exited" -> BoxStatus.STOPPED;
            case "error", "dead" -> BoxStatus.ERROR;
            default ->
                throw FilterOption.bad("expected a status of creating, running, stopped, error, got \"" + word + '"');
        };
    }

    /** Whether a box fits, but for its labels. */
    boolean fits(ListedBox box) {
        return (statuses.isEmpty() || statuses.contains(box.status()))
                && (names.isEmpty() || names.stream().anyMatch(part -> name(box).contains(part)))
                && (images.isEmpty() || images.stream().anyMatch(image -> isOf(box, image)));
    }

    private static String name(ListedBox box) {
        return box.name() == null ? "" : box.name();
    }

    private static boolean isOf(ListedBox box, String image) {
        String whole = box.image();
        return whole.equals(image) || whole.startsWith(image + ":") || whole.startsWith(image + "@");
    }
}

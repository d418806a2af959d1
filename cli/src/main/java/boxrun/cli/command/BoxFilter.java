package boxrun.cli.command;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code --filter KEY=VALUE}: which boxes to list. Of several values for one key any may fit; every key given has to.
 */
record BoxFilter(List<BoxStatus> statuses, List<String> names, List<String> images) {
    private static final List<String> KEYS = List.of("status", "name", "image");

    BoxFilter {
        statuses = List.copyOf(statuses);
        names = List.copyOf(names);
        images = List.copyOf(images);
    }

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.values(
                "-f, --filter",
                "KEY=VALUE",
                "list only the boxes that fit",
                "status=STATUS, name=PART of the name, image=IMAGE with or without its tag. May be given more than once:",
                "of several values for a key one has to fit."));
    }

    static BoxFilter read(ParseResult parsed) {
        List<BoxStatus> statuses = new ArrayList<>();
        List<String> names = new ArrayList<>();
        List<String> images = new ArrayList<>();
        for (String filter : Options.values(parsed, "--filter")) {
            int equals = filter.indexOf('=');
            String value = filter.substring(equals + 1);
            if (equals < 1 || value.isEmpty()) {
                throw bad("expected KEY=VALUE, got \"" + filter + '"');
            }
            switch (filter.substring(0, equals)) {
                case "status" -> statuses.add(status(value));
                case "name" -> names.add(value);
                case "image", "ancestor" -> images.add(value);
                default -> throw bad("expected one of the keys " + String.join(", ", KEYS) + ", got \"" + filter + '"');
            }
        }
        return new BoxFilter(statuses, names, images);
    }

    /** A status by its name, docker's among them. */
    static BoxStatus status(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "creating", "created" -> BoxStatus.CREATING;
            case "running" -> BoxStatus.RUNNING;
            case "stopped", "exited" -> BoxStatus.STOPPED;
            case "error", "dead" -> BoxStatus.ERROR;
            default -> throw bad("expected a status of creating, running, stopped, error, got \"" + word + '"');
        };
    }

    private static UsageException bad(String why) {
        return new UsageException("bad value for --filter: " + why);
    }

    /** Whether a box fits. */
    boolean fits(Box box) {
        return (statuses.isEmpty() || statuses.contains(box.status()))
                && (names.isEmpty() || names.stream().anyMatch(part -> name(box).contains(part)))
                && (images.isEmpty() || images.stream().anyMatch(image -> isOf(box, image)));
    }

    private static String name(Box box) {
        return box.name() == null ? "" : box.name();
    }

    private static boolean isOf(Box box, String image) {
        String whole = box.image();
        return whole.equals(image) || whole.startsWith(image + ":") || whole.startsWith(image + "@");
    }
}

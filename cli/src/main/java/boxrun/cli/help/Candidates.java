package boxrun.cli.help;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Model.ArgSpec;

/** What a shell can offer for a value. */
sealed interface Candidates {
    /** Names of files. */
    record Files() implements Candidates {}

    /** One of these words. */
    record Words(List<String> words) implements Candidates {}

    /** What only the daemon knows: boxes, images. The text is what {@code boxrun __known} calls it. */
    record Known(String kind) implements Candidates {}

    /** A file of this machine, or a box with a colon behind it, as {@code boxrun __known places} has them. */
    record Places() implements Candidates {}

    /** Nothing sensible. */
    record Nothing() implements Candidates {}

    /** Read from the value's own list, or from how its help calls it. */
    static Candidates of(ArgSpec argument) {
        if (argument.completionCandidates() != null) {
            List<String> words = new ArrayList<>();
            argument.completionCandidates().forEach(words::add);
            return new Words(words);
        }
        String label = argument.paramLabel().toUpperCase(Locale.ROOT);
        if (label.startsWith("IMAGE")) {
            return new Known("images");
        }
        if (label.startsWith("BOX")) {
            return new Known(label.contains("|IMAGE") ? "all" : "boxes");
        }
        if (label.startsWith("[BOX:]")) {
            return new Places();
        }
        // A directory or user is one of the box, which cannot be looked into from here.
        return label.equals("FILE") || label.startsWith("SRC:") ? new Files() : new Nothing();
    }
}

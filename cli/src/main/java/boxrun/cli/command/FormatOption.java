package boxrun.cli.command;

import boxrun.cli.print.Listing;
import boxrun.cli.print.Pretty;
import boxrun.cli.print.Table;
import boxrun.json.Quick;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code --format}: how a list is printed. */
final class FormatOption {
    private FormatOption() {}

    static void addTo(CommandSpec spec, String fields) {
        addTo(spec, "--format", fields);
    }

    /** @param names of the option; its short form means a filter for lists */
    static void addTo(CommandSpec spec, String names, String fields) {
        spec.addOption(Options.value(
                names,
                "FORMAT",
                "table, json, or a text with {{.Field}} in it",
                "json is one array with every field, times in RFC 3339 UTC. A text is printed once for each, with the",
                "fields in place, such as '{{." + fields + "}}', or as JSON, '{{json ." + fields
                        + "}}'; \\t and \\n are a",
                "tab and a line break. With 'table ' in front it makes columns, where tabs are, under headings."));
    }

    static Listing read(ParseResult parsed) {
        return read(parsed, "table");
    }

    /** @param preset the format when none is given */
    static Listing read(ParseResult parsed, String preset) {
        try {
            return Listing.parse(Options.value(parsed, "--format").orElse(preset));
        } catch (IllegalArgumentException e) {
            throw new UsageException("bad value for --format: " + e.getMessage());
        }
    }

    /** The text of a list; a field that there is not is a usage error. */
    static <T> String text(Listing listing, List<T> things, Function<List<T>, Table> table) {
        try {
            return listing.text(things, table);
        } catch (IllegalArgumentException e) {
            throw new UsageException("bad value for --format: " + e.getMessage());
        }
    }

    /** The text of one thing, which people read as words and not as a table. */
    static <T> String text(Listing listing, T thing, Supplier<String> words) {
        // No pattern switch: it makes a class when it is first met, which no cache keeps.
        if (listing instanceof Listing.AsTable) {
            return words.get();
        } else if (listing instanceof Listing.AsJson) {
            return Pretty.text(Quick.tree(thing)) + "\n";
        }
        return text(listing, List.of(thing), list -> {
            throw new IllegalStateException("not a table");
        });
    }
}

package boxrun.cli.print;

import boxrun.json.Quick;
import java.util.List;
import java.util.function.Function;

/** The forms in which a list of things is printed. */
public sealed interface Listing {
    /** A table for people. */
    record AsTable() implements Listing {
        @Override
        public <T> String text(List<T> things, Function<List<T>, Table> table) {
            return table.apply(things).text();
        }
    }

    /** One JSON array, for programs. */
    record AsJson() implements Listing {
        @Override
        public <T> String text(List<T> things, Function<List<T>, Table> table) {
            return Pretty.text(Quick.tree(things)) + "\n";
        }
    }

    /** A line for each, written from a template. */
    record AsLines(Template template) implements Listing {
        @Override
        public <T> String text(List<T> things, Function<List<T>, Table> table) {
            StringBuilder lines = new StringBuilder();
            things.forEach(
                    thing -> lines.append(template.apply(Quick.tree(thing))).append('\n'));
            return lines.toString();
        }
    }

    /** Reads {@code table}, {@code json} or a template; throws an {@link IllegalArgumentException} for others. */
    static Listing parse(String text) {
        return switch (text) {
            case "table" -> new AsTable();
            case "json" -> new AsJson();
            default -> new AsLines(new Template(text));
        };
    }

    /** The text of a list: the table is made only when it is wanted. */
    <T> String text(List<T> things, Function<List<T>, Table> table);
}

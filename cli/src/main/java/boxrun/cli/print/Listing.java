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

    /** Columns, which the tabs of a template are between, under headings. */
    record AsColumns(Template template) implements Listing {
        @Override
        public <T> String text(List<T> things, Function<List<T>, Table> table) {
            Table columns = new Table(template.heading().split("\t", -1));
            things.forEach(
                    thing -> columns.row(template.apply(Quick.tree(thing)).split("\t", -1)));
            return columns.text();
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

    /** In front of a template whose lines are to be a table. */
    String COLUMNS = "table ";

    /**
     * Reads {@code table}, {@code json}, a template, or a table made of one; throws an {@link IllegalArgumentException}
     * for others.
     */
    static Listing parse(String text) {
        return switch (text) {
            case "table" -> new AsTable();
            case "json" -> new AsJson();
            default ->
                text.startsWith(COLUMNS)
                        ? new AsColumns(new Template(text.substring(COLUMNS.length())))
                        : new AsLines(new Template(text));
        };
    }

    /** The text of a list: the table is made only when it is wanted. */
    <T> String text(List<T> things, Function<List<T>, Table> table);
}

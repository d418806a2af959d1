package boxrun.cli.print;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Rows under headings, in columns as wide as their widest cell, three spaces apart; no trailing spaces. */
public final class Table {
    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    /** How the cells of each row look, by the numbers of their columns. */
    private final List<Map<Integer, UnaryOperator<String>>> paints = new ArrayList<>();

    public Table(String... headings) {
        add(List.of(headings));
    }

    private void add(List<String> row) {
        rows.add(row);
        paints.add(new HashMap<>());
    }

    /** Adds a row of as many cells as there are headings. */
    public Table row(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException("a row needs " + rows.getFirst().size() + " cells");
        }
        List<String> row = new ArrayList<>(cells.length);
        for (String cell : cells) {
            row.add(Safe.line(cell));
        }
        add(row);
        return this;
    }

    /** Gives a cell of the last row a colour, which takes no room. */
    public Table paint(int column, UnaryOperator<String> colour) {
        paints.getLast().put(column, colour);
        return this;
    }

    /** The table with a line break after every row. */
    public String text() {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        StringBuilder text = new StringBuilder();
        for (int r = 0; r < rows.size(); r++) {
            List<String> row = rows.get(r);
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String cell = row.get(i);
                line.append(
                        paints.get(r).getOrDefault(i, UnaryOperator.identity()).apply(cell));
                if (i < columns - 1) {
                    line.repeat(' ', widths[i] - width(cell)).append(GAP);
                }
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}

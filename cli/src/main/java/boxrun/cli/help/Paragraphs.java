package boxrun.cli.help;

import java.util.ArrayList;
import java.util.List;

/** Lines of a description put together to paragraphs, and paragraphs broken to lines of a width. */
final class Paragraphs {
    private Paragraphs() {}

    /** Joins lines; an empty line begins a new paragraph. */
    static List<String> of(List<String> lines) {
        List<String> paragraphs = new ArrayList<>();
        StringBuilder paragraph = new StringBuilder();
        for (String line : lines) {
            if (line.isEmpty()) {
                paragraphs.add(paragraph.toString());
                paragraph.setLength(0);
            } else {
                paragraph.append(paragraph.isEmpty() ? "" : " ").append(line);
            }
        }
        paragraphs.add(paragraph.toString());
        paragraphs.removeIf(String::isEmpty);
        return paragraphs;
    }

    /** Breaks a paragraph at spaces. */
    static List<String> wrap(String paragraph, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : paragraph.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}

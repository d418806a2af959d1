package boxrun.daemon.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * An example of docs/api.md: a block that is marked {@code http}, a request and its answer with an empty line and the
 * status between them, or {@code ws}, a request and the frames that follow it.
 *
 * @param line where the block begins, for messages
 * @param headers of the request
 * @param body of the request; a line {@code @NAME} stands for a file
 * @param answer of {@code http} the status and what follows it, of {@code ws} the frames
 */
record PageExample(
        int line, String kind, String method, String target, Map<String, String> headers, String body, Part answer) {
    private static final Pattern HEADER = Pattern.compile("[A-Z][A-Za-z-]*: .*");

    /** Header lines, and what follows them. */
    record Part(int status, Map<String, String> headers, List<String> lines) {}

    /** The blocks of a page, in order. One of another kind is an error: it could not be run. */
    static List<PageExample> of(Path page) throws IOException {
        List<PageExample> examples = new ArrayList<>();
        List<String> lines = Files.readAllLines(page);
        for (int at = 0; at < lines.size(); at++) {
            if (lines.get(at).startsWith("```")) {
                int end = at + 1;
                while (!lines.get(end).equals("```")) {
                    end++;
                }
                examples.add(read(at + 1, lines.get(at).substring(3), lines.subList(at + 1, end)));
                at = end;
            }
        }
        return examples;
    }

    private static PageExample read(int line, String kind, List<String> text) {
        int answer = 1;
        switch (kind) {
            case "http" -> {
                while (!(text.get(answer - 1).isEmpty() && text.get(answer).matches("[1-5]\\d\\d"))) {
                    answer++;
                }
            }
            case "ws" -> answer = text.indexOf("") + 1;
            default ->
                throw new AssertionError("line " + line + ": nobody knows how to run a block marked '" + kind + "'");
        }
        List<String> first = List.of(text.getFirst().split(" ", 2));
        Part request = part(0, text.subList(1, answer - 1));
        List<String> rest = text.subList(answer, text.size());
        Part answered = kind.equals("ws")
                ? new Part(101, Map.of(), rest)
                : part(Integer.parseInt(rest.getFirst()), rest.subList(1, rest.size()));
        return new PageExample(
                line,
                kind,
                first.getFirst(),
                first.getLast(),
                request.headers(),
                String.join("\n", request.lines()),
                answered);
    }

    private static Part part(int status, List<String> lines) {
        Map<String, String> headers = new TreeMap<>();
        int at = 0;
        while (at < lines.size() && HEADER.matcher(lines.get(at)).matches()) {
            String[] header = lines.get(at++).split(": ", 2);
            headers.put(header[0], header[1]);
        }
        boolean separated = at > 0 && at < lines.size() && lines.get(at).isEmpty();
        return new Part(status, headers, lines.subList(separated ? at + 1 : at, lines.size()));
    }

    String path() {
        return target.replaceAll("\\?.*", "");
    }

    @Override
    public String toString() {
        return "docs/api.md:" + line + ": " + method + " " + target;
    }
}

package boxrun.installed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A console session in the {@code console} blocks of a Markdown file: {@code $} begins a command, {@code >} continues
 * it, and what follows is its output, both streams together. {@code ...} in a line of output stands for anything in
 * that line, and alone for any lines.
 */
record Transcript(List<Step> steps) {
    /** One command and what it is to print. */
    record Step(String command, List<String> output) {
        /** What the output has to match. */
        Pattern pattern() {
            return Pattern.compile(output.stream()
                    .map(line -> line.equals("...") ? "(?:.*\n)*" : line(line))
                    .collect(Collectors.joining()));
        }

        private static String line(String line) {
            List<String> parts = new ArrayList<>();
            for (String part : line.split("\\.\\.\\.", -1)) {
                parts.add(Pattern.quote(part));
            }
            return String.join(".*", parts) + "\n";
        }
    }

    static Transcript read(Path file) throws IOException {
        List<Step> steps = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("```")) {
                inside = line.equals("```console");
            } else if (inside && line.startsWith("$ ")) {
                steps.add(new Step(line.substring(2), new ArrayList<>()));
            } else if (inside
                    && line.startsWith("> ")
                    && steps.getLast().output().isEmpty()) {
                steps.set(
                        steps.size() - 1,
                        new Step(steps.getLast().command() + "\n" + line.substring(2), new ArrayList<>()));
            } else if (inside) {
                steps.getLast().output().add(line);
            }
        }
        return new Transcript(List.copyOf(steps));
    }

    /** A script that runs the steps in one shell, each followed by a line that says where its output ends. */
    String script(String mark) {
        StringBuilder script = new StringBuilder("exec 2>&1 </dev/null\n");
        for (Step step : steps) {
            script.append(step.command());
            // The next step may ask for the exit code of this one.
            script.append("\nstatus=$?; printf '\\n%s\\n' '" + mark + "'; (exit $status)\n");
        }
        return script.toString();
    }

    /** What does not agree with the transcript, for people; empty when all does. */
    List<String> differences(String output, String mark) {
        List<String> differences = new ArrayList<>();
        String[] outputs = output.split(Pattern.quote("\n" + mark + "\n"), -1);
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String actual = i < outputs.length ? outputs[i] : "(the session ended before)";
            String lines = actual.isEmpty() || actual.endsWith("\n") ? actual : actual + "\n";
            if (!step.pattern().matcher(lines).matches()) {
                differences.add("$ " + step.command() + "\nexpected:\n" + String.join("\n", step.output())
                        + "\nbut got:\n" + actual);
            }
        }
        return differences;
    }
}

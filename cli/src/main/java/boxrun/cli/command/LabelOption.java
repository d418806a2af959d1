package boxrun.cli.command;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code -l, --label}: what a box is marked with. */
final class LabelOption {
    private LabelOption() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.values(
                "-l, --label",
                "NAME[=VALUE]",
                "mark the box, for 'boxrun ls --filter label='",
                "Without a value, the value is empty. May be given more than once."));
    }

    static Map<String, String> read(ParseResult parsed) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String label : Options.values(parsed, "--label")) {
            int equals = label.indexOf('=');
            if (equals == 0 || label.isEmpty()) {
                throw new UsageException("bad label '" + label + "': expected NAME=VALUE or NAME");
            }
            labels.put(equals < 0 ? label : label.substring(0, equals), equals < 0 ? "" : label.substring(equals + 1));
        }
        return labels;
    }
}

package boxrun.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ParseResult;

/** {@code --filter KEY=VALUE}, which may be given more than once. */
final class FilterOption {
    private FilterOption() {}

    /** The values of each key that was given; an unknown key is a usage error that names the known ones. */
    static Map<String, List<String>> read(ParseResult parsed, List<String> keys) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String filter : Options.values(parsed, "--filter")) {
            int equals = filter.indexOf('=');
            String value = filter.substring(equals + 1);
            if (equals < 1 || value.isEmpty()) {
                throw bad("expected KEY=VALUE, got \"" + filter + '"');
            }
            String key = filter.substring(0, equals);
            if (!keys.contains(key)) {
                throw bad("expected one of the keys " + String.join(", ", keys) + ", got \"" + filter + '"');
            }
            values.computeIfAbsent(key, absent -> new ArrayList<>()).add(value);
        }
        return values;
    }

    static UsageException bad(String why) {
        return new UsageException("bad value for --filter: " + why);
    }
}

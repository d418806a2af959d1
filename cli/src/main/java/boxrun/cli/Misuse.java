package boxrun.cli;

import boxrun.cli.command.UsageException;
import boxrun.config.Spelling;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The parser's complaints in boxrun's words. */
final class Misuse {
    private Misuse() {}

    static UsageException explain(ParameterException e) {
        CommandSpec spec = e.getCommandLine().getCommandSpec();
        return switch (e) {
            case UnmatchedArgumentException unmatched
            when !unmatched.getUnmatched().isEmpty() ->
                unknown(unmatched.getUnmatched().getFirst(), spec);
            case MissingParameterException missing -> missing(missing.getMissing(), spec);
            default -> {
                String message = e.getMessage() == null ? "bad command line" : e.getMessage();
                yield new UsageException(Character.toLowerCase(message.charAt(0)) + message.substring(1))
                        .hint(help(spec));
            }
        };
    }

    private static UsageException unknown(String word, CommandSpec spec) {
        if (!word.startsWith("-")) {
            return new UsageException("unexpected argument '" + word + "'").hint(help(spec));
        }
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        List<String> names = spec.options().stream()
                .flatMap(option -> List.of(option.names()).stream())
                .filter(known -> known.startsWith("--"))
                .toList();
        UsageException unknown = new UsageException("unknown option '" + name + "'");
        Optional<String> near = name.startsWith("--") ? Spelling.nearest(name, names) : Optional.empty();
        return unknown.hint(near.map(option -> "did you mean " + option).orElseGet(() -> help(spec)));
    }

    private static UsageException missing(List<ArgSpec> missing, CommandSpec spec) {
        if (missing.isEmpty()) {
            return new UsageException("an argument is missing").hint(help(spec));
        }
        ArgSpec first = missing.getFirst();
        return switch (first) {
            case OptionSpec option ->
                new UsageException("option " + option.longestName() + " needs a value: " + option.paramLabel())
                        .hint(help(spec));
            default ->
                new UsageException("missing argument " + first.paramLabel())
                        .hint("usage: " + spec.usageMessage().customSynopsis()[0]);
        };
    }

    private static String help(CommandSpec spec) {
        String parent = spec.parent() == null ? "" : spec.parent().name() + " ";
        return parent + spec.name() + " --help";
    }
}

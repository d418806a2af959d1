package boxrun.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IFactory;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/**
 * Short ways to describe options and arguments, and to read them. All values are strings here: each command turns them
 * into what it needs, with its own words when that fails.
 *
 * <p>A description is one line for short help; further lines are shown by long help and the man page only.
 */
public final class Options {
    /** Makes the lists of values, which is all that the model needs. picocli's own opens every jar, for Groovy. */
    private static final IFactory LISTS = new IFactory() {
        @Override
        public <K> K create(Class<K> type) {
            if (type != List.class) {
                throw new IllegalArgumentException(type.getName());
            }
            return type.cast(new ArrayList<>());
        }
    };

    private Options() {}

    /** An empty model. */
    public static CommandSpec spec() {
        return CommandSpec.wrapWithoutInspection(null, LISTS);
    }

    /** A parser for a model. */
    public static CommandLine parser(CommandSpec spec) {
        return new CommandLine(spec, LISTS);
    }

    /** A command that has no options yet. The summary is a clause without a full stop. */
    public static CommandSpec command(String name, String synopsis, String summary, String... description) {
        CommandSpec spec = spec().name(name);
        spec.usageMessage().header(summary).description(description).customSynopsis("boxrun " + name + synopsis);
        // The last one given counts, as users of shell aliases expect.
        spec.parser().overwrittenOptionsAllowed(true);
        return spec;
    }

    /** An option without a value; names as in {@code "-i, --interactive"}. */
    public static OptionSpec flag(String names, String... description) {
        return option(names, description).type(boolean.class).build();
    }

    /** An option with a value. */
    public static OptionSpec value(String names, String label, String... description) {
        return option(names, description).type(String.class).paramLabel(label).build();
    }

    /** An option with a value that is one of a few. */
    public static OptionSpec choice(String names, List<String> choices, String... description) {
        return option(names, description)
                .type(String.class)
                .paramLabel(String.join("|", choices))
                .completionCandidates(choices)
                .build();
    }

    /** An option with a value that may be given more than once. */
    public static OptionSpec values(String names, String label, String... description) {
        return option(names, description)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .build();
    }

    private static OptionSpec.Builder option(String names, String... description) {
        return OptionSpec.builder(names.split(", ", -1)).description(description);
    }

    /** All arguments that are not options. */
    public static PositionalParamSpec arguments(String label, String arity, String... description) {
        return PositionalParamSpec.builder()
                .index("0..*")
                .arity(arity)
                .type(List.class)
                .auxiliaryTypes(String.class)
                .paramLabel(label)
                .description(description)
                .build();
    }

    /** At most one argument, one of some words where there are any. */
    public static PositionalParamSpec argument(String label, List<String> candidates, String... description) {
        PositionalParamSpec.Builder argument = PositionalParamSpec.builder()
                .index("0")
                .arity("0..1")
                .type(String.class)
                .paramLabel(label)
                .description(description);
        if (!candidates.isEmpty()) {
            argument.completionCandidates(candidates);
        }
        return argument.build();
    }

    public static boolean has(ParseResult parsed, String name) {
        return parsed.matchedOptionValue(name, false);
    }

    public static Optional<String> value(ParseResult parsed, String name) {
        return Optional.ofNullable(parsed.<String>matchedOptionValue(name, null));
    }

    /** The value of an option that counts something. */
    static Optional<Integer> count(ParseResult parsed, String name) {
        Optional<String> value = value(parsed, name);
        value.filter(given -> !given.matches("[1-9]\\d{0,8}")).ifPresent(given -> {
            throw new UsageException(
                    "bad value for " + name + ": expected a whole number above 0, got \"" + given + '"');
        });
        return value.map(Integer::valueOf);
    }

    public static List<String> values(ParseResult parsed, String name) {
        return parsed.matchedOptionValue(name, List.of());
    }

    public static Optional<String> argument(ParseResult parsed) {
        return Optional.ofNullable(parsed.<String>matchedPositionalValue(0, null));
    }

    public static List<String> arguments(ParseResult parsed) {
        return parsed.matchedPositionalValue(0, List.of());
    }

    /** The arguments, of which the command needs one at least. */
    static List<String> required(ParseResult parsed) {
        List<String> words = arguments(parsed);
        if (words.isEmpty()) {
            CommandSpec spec = parsed.commandSpec();
            String label = spec.positionalParameters().getFirst().paramLabel();
            throw new UsageException("missing argument " + label.replaceFirst(" \\[.*", ""))
                    .hint("usage: " + spec.usageMessage().customSynopsis()[0]);
        }
        return words;
    }

    /** The value of an option made by {@link #choice}; an unknown one is a usage error that names the known ones. */
    public static Optional<String> choice(ParseResult parsed, String name, List<String> choices) {
        Optional<String> value = value(parsed, name);
        value.filter(given -> !choices.contains(given)).ifPresent(given -> {
            throw new UsageException("bad value for " + name + ": expected one of " + String.join(", ", choices)
                    + ", got \"" + given + '"');
        });
        return value;
    }
}

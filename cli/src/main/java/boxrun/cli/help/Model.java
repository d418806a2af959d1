package boxrun.cli.help;

import boxrun.cli.command.Catalog;
import boxrun.cli.command.CommonOptions;
import boxrun.cli.command.Options;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What help, man pages and completions say of a command, read from the model that parses its command line. */
record Model(CommandSpec spec) {
    private static final List<List<String>> COMMON = commonNames();

    private static List<List<String>> commonNames() {
        CommandSpec spec = Options.spec();
        CommonOptions.addTo(spec);
        return spec.options().stream().map(Model::names).toList();
    }

    /** All of them: a command may have a --host of its own. */
    private static List<String> names(OptionSpec option) {
        return List.of(option.names());
    }

    /** All commands in the catalog's order. */
    static List<Model> all(Catalog catalog) {
        return catalog.names().stream().map(name -> of(catalog, name)).toList();
    }

    static Model of(Catalog catalog, String name) {
        CommandSpec spec = catalog.named(name).orElseThrow().spec();
        CommonOptions.addTo(spec);
        return new Model(spec);
    }

    String name() {
        return spec.name();
    }

    /** A clause without a full stop. */
    String summary() {
        return spec.usageMessage().header()[0];
    }

    String synopsis() {
        return spec.usageMessage().customSynopsis()[0];
    }

    List<String> description() {
        return Paragraphs.of(Arrays.asList(spec.usageMessage().description()));
    }

    List<String> examples() {
        return Arrays.asList(spec.usageMessage().footer());
    }

    List<OptionSpec> options() {
        return spec.options().stream()
                .filter(option -> !option.hidden() && !COMMON.contains(names(option)))
                .toList();
    }

    /** Those that every command has. */
    List<OptionSpec> commonOptions() {
        return spec.options().stream()
                .filter(option -> COMMON.contains(names(option)))
                .toList();
    }

    /** The option as it is typed: {@code -e, --env NAME[=VALUE]}. */
    static String usage(OptionSpec option) {
        String names = String.join(", ", option.names());
        return takesValue(option) ? names + " " + option.paramLabel() : names;
    }

    static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }

    /** What follows the first word is a command line of its own, of the box. */
    static boolean isCommandLine(PositionalParamSpec argument) {
        return argument.paramLabel().endsWith(" [COMMAND]")
                || argument.paramLabel().endsWith(" COMMAND");
    }

    /** All arguments are of the kind of the first. */
    static boolean isRepeated(PositionalParamSpec argument) {
        return argument.arity().max() > 1 && !isCommandLine(argument);
    }

    static String firstLine(OptionSpec option) {
        return option.description()[0];
    }

    /** What long help adds to the first line. */
    static List<String> more(OptionSpec option) {
        return Paragraphs.of(Arrays.asList(option.description()).subList(1, option.description().length));
    }
}

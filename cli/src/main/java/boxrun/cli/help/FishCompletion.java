package boxrun.cli.help;

import boxrun.cli.command.Catalog;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for fish 3. */
final class FishCompletion {
    private FishCompletion() {}

    static String of(Catalog catalog) {
        List<Model> models = Model.all(catalog);
        StringBuilder script = new StringBuilder();
        script.append("""
                # fish completion for boxrun. Written by .dev/generate; do not edit.
                # Use it with: boxrun completion fish | source

                function __boxrun_known
                    boxrun __known $argv[1] 2>/dev/null
                end

                complete -c boxrun -f
                """);
        for (Model model : models) {
            script.append("complete -c boxrun -n __fish_use_subcommand -a ").append(model.name());
            script.append(" -d ").append(quote(model.summary())).append('\n');
        }
        for (OptionSpec option : models.getFirst().commonOptions()) {
            script.append(option("", option));
        }
        for (Model model : models) {
            String condition = " -n '__fish_seen_subcommand_from " + model.name() + "'";
            for (OptionSpec option : model.options()) {
                script.append(option(condition, option));
            }
            for (PositionalParamSpec argument : model.spec().positionalParameters()) {
                String offer = offer(Candidates.of(argument));
                if (!offer.isEmpty()) {
                    script.append("complete -c boxrun").append(condition).append(offer);
                    script.append('\n');
                }
                if (Model.isCommandLine(argument)) {
                    script.append("complete -c boxrun").append(condition).append(" -F\n");
                }
            }
        }
        return script.toString();
    }

    private static String option(String condition, OptionSpec option) {
        StringBuilder line = new StringBuilder("complete -c boxrun").append(condition);
        List<String> names = new ArrayList<>(List.of(option.names()));
        for (String name : names) {
            line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
        }
        if (Model.takesValue(option)) {
            line.append(" -r").append(offer(Candidates.of(option)));
        }
        return line.append(" -d ")
                .append(quote(Model.firstLine(option)))
                .append('\n')
                .toString();
    }

    private static String offer(Candidates candidates) {
        return switch (candidates) {
            case Candidates.Files() -> " -F";
            case Candidates.Words(List<String> words) -> " -a " + quote(String.join(" ", words));
            case Candidates.Known(String kind) -> " -a '(__boxrun_known " + kind + ")'";
            case Candidates.Places() -> " -F -a '(__boxrun_known places)'";
            case Candidates.Nothing() -> "";
        };
    }

    private static String quote(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}

package boxrun.cli.help;

import boxrun.cli.command.Catalog;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for zsh, with its own _arguments. */
final class ZshCompletion {
    private ZshCompletion() {}

    static String of(Catalog catalog) {
        List<Model> models = Model.all(catalog);
        StringBuilder script = new StringBuilder();
        script.append("""
                #compdef boxrun
                # zsh completion for boxrun. Written by .dev/generate; do not edit.
                # Put it into a directory of $fpath as _boxrun, or: source <(boxrun completion zsh)

                _boxrun_known() {
                    local -a known
                    known=(${(f)"$(boxrun __known $1 2>/dev/null)"})
                    # Names may contain colons, which would begin a description.
                    compadd -a known
                }

                _boxrun_places() {
                    local -a boxes
                    boxes=(${(f)"$(boxrun __known places 2>/dev/null)"})
                    _alternative 'files:file:_files' 'boxes:box:compadd -S "" -a boxes'
                }

                _boxrun_commands() {
                    local -a commands
                    commands=(
                """);
        for (Model model : models) {
            script.append("        ")
                    .append(quote(model.name() + ":" + model.summary()))
                    .append('\n');
        }
        script.append("    )\n    _describe command commands\n}\n\n");
        script.append("""
                _boxrun() {
                    local curcontext=$curcontext state line
                    typeset -A opt_args
                    _arguments -C -S \\
                """);
        for (OptionSpec option : models.getFirst().commonOptions()) {
            options(option)
                    .forEach(spec -> script.append("        ").append(spec).append(" \\\n"));
        }
        script.append("        '1:command:_boxrun_commands' '*::argument:->arguments'\n");
        script.append("    [[ $state == arguments ]] || return\n    case $line[1] in\n");
        for (Model model : models) {
            script.append("        ").append(model.name()).append(")\n            _arguments -S");
            List<OptionSpec> all = new ArrayList<>(model.options());
            all.addAll(model.commonOptions());
            for (OptionSpec option : all) {
                options(option)
                        .forEach(spec -> script.append(" \\\n                ").append(spec));
            }
            for (PositionalParamSpec argument : model.spec().positionalParameters()) {
                script.append(" \\\n                ");
                script.append(quote((Model.isRepeated(argument) ? "*:" : "1:") + plain(argument.paramLabel()) + ":"
                        + action(Candidates.of(argument))));
                if (Model.isCommandLine(argument)) {
                    script.append(" \\\n                '*:: :_default'");
                }
            }
            script.append(" ;;\n");
        }
        script.append("""
                    esac
                }

                if [[ $funcstack[1] == _boxrun ]]; then
                    _boxrun "$@"
                else
                    compdef _boxrun boxrun
                fi
                """);
        return script.toString();
    }

    /** One specification for each name, which exclude each other unless the option may be repeated. */
    private static List<String> options(OptionSpec option) {
        List<String> names = List.of(option.names());
        boolean repeated = option.isMultiValue();
        String exclude = repeated ? "*" : "(" + String.join(" ", names) + ")";
        List<String> specs = new ArrayList<>();
        for (String name : names) {
            String spec = exclude + name + (Model.takesValue(option) && name.startsWith("--") ? "=" : "") + "["
                    + Model.firstLine(option).replace("]", "\\]") + "]";
            if (Model.takesValue(option)) {
                spec += ":" + plain(option.paramLabel()) + ":" + action(Candidates.of(option));
            }
            specs.add(quote(spec));
        }
        return specs;
    }

    private static String action(Candidates candidates) {
        return switch (candidates) {
            case Candidates.Files() -> "_files";
            case Candidates.Words(List<String> words) -> "(" + String.join(" ", words) + ")";
            case Candidates.Known(String kind) -> "{_boxrun_known " + kind + "}";
            case Candidates.Places() -> "_boxrun_places";
            case Candidates.Nothing() -> " ";
        };
    }

    /** A label without what _arguments would take for its own. */
    private static String plain(String label) {
        return label.replaceAll("[^A-Za-z0-9 |=-]", " ").strip().replaceAll(" +", " ");
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}

package boxrun.cli.help;

import boxrun.cli.command.Catalog;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Completion for bash 4 and later; it needs nothing of the bash-completion package. */
final class BashCompletion {
    private BashCompletion() {}

    static String of(Catalog catalog) {
        List<Model> models = Model.all(catalog);
        StringBuilder script = new StringBuilder();
        script.append("""
                # bash completion for boxrun. Written by .dev/generate; do not edit.
                # Use it with: source <(boxrun completion bash)

                _boxrun_known() { boxrun __known "$1" 2>/dev/null; }

                # Options of a command: those without a value, then those with one.
                _boxrun_options() {
                    case "$1" in
                """);
        for (Model model : models) {
            List<OptionSpec> options = new java.util.ArrayList<>(model.options());
            options.addAll(model.commonOptions());
            script.append("        ").append(model.name()).append(")\n            flags='");
            script.append(names(options, false)).append("'\n            valued='");
            script.append(names(options, true)).append("' ;;\n");
        }
        script.append("        *)\n            flags='")
                .append(names(models.getFirst().commonOptions(), false))
                .append("'\n            valued='")
                .append(names(models.getFirst().commonOptions(), true))
                .append("' ;;\n    esac\n}\n\n");
        script.append("""
                # What an option's value can be.
                _boxrun_value() {
                    case "$1 $2" in
                """);
        TreeSet<String> lines = new TreeSet<>();
        for (Model model : models) {
            for (OptionSpec option : model.options()) {
                String offer = offer(Candidates.of(option));
                if (Model.takesValue(option) && !offer.equals(":")) {
                    String pattern = List.of(option.names()).stream()
                            .map(name -> "'" + model.name() + " " + name + "'")
                            .collect(Collectors.joining(" | "));
                    lines.add("        " + pattern + ") " + offer + " ;;\n");
                }
            }
        }
        lines.forEach(script::append);
        script.append("    esac\n}\n\n");
        script.append("""
                # What a command's first argument can be.
                _boxrun_argument() {
                    case "$1" in
                """);
        for (Model model : models) {
            for (PositionalParamSpec argument : model.spec().positionalParameters()) {
                script.append("        ").append(model.name()).append(") ");
                script.append(offer(Candidates.of(argument))).append(" ;;\n");
            }
        }
        script.append("    esac\n}\n\n");
        script.append("""
                _boxrun() {
                    local word=${COMP_WORDS[COMP_CWORD]} command= flags= valued= arguments=0 i
                    COMPREPLY=()
                    for ((i = 1; i < COMP_CWORD; i++)); do
                        _boxrun_options "$command"
                        case "${COMP_WORDS[i]}" in
                            --) [[ $command ]] && arguments=$((arguments + 1)) ;;
                            -*)
                                # The value of an option is no argument.
                                if [[ " $valued " == *" ${COMP_WORDS[i]} "* ]]; then
                                    i=$((i + 1))
                                    if ((i == COMP_CWORD)); then
                                        _boxrun_value "$command" "${COMP_WORDS[i - 1]}"
                                        return
                                    fi
                                fi
                                ;;
                            *) if [[ $command ]]; then arguments=$((arguments + 1)); else command=${COMP_WORDS[i]}; fi ;;
                        esac
                    done
                    _boxrun_options "$command"
                    if [[ $word == -* && $arguments == 0 ]]; then
                        COMPREPLY=($(compgen -W "$flags $valued" -- "$word"))
                    elif [[ -z $command ]]; then
                        COMPREPLY=($(compgen -W '@COMMANDS@' -- "$word"))
                    elif ((arguments == 0)); then
                        _boxrun_argument "$command"
                    else
                        COMPREPLY=($(compgen -f -- "$word"))
                    fi
                }

                complete -o filenames -o bashdefault -F _boxrun boxrun
                """.replace("@COMMANDS@", String.join(" ", catalog.names())));
        return script.toString();
    }

    private static String names(List<OptionSpec> options, boolean valued) {
        return options.stream()
                .filter(option -> Model.takesValue(option) == valued)
                .flatMap(option -> List.of(option.names()).stream())
                .collect(Collectors.joining(" "));
    }

    private static String offer(Candidates candidates) {
        return switch (candidates) {
            case Candidates.Files() -> "COMPREPLY=($(compgen -f -- \"$word\"))";
            case Candidates.Words(List<String> words) ->
                "COMPREPLY=($(compgen -W '" + String.join(" ", words) + "' -- \"$word\"))";
            case Candidates.Known(String kind) ->
                "COMPREPLY=($(compgen -W \"$(_boxrun_known " + kind + ")\" -- \"$word\"))";
            case Candidates.Nothing() -> ":";
        };
    }
}

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

                _boxrun_files() {
                    compopt -o filenames 2>/dev/null
                    COMPREPLY=($(compgen -f -- "$word"))
                }

                # A path here, or one in a box, which begins with the box and a colon.
                _boxrun_places() {
                    COMPREPLY=($(compgen -W "$(_boxrun_known places)" -- "$word"))
                    if ((${#COMPREPLY[@]})); then
                        compopt -o nospace 2>/dev/null
                        COMPREPLY+=($(compgen -f -- "$word"))
                    else
                        _boxrun_files
                    fi
                }

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
                # What an argument of a command can be: the first one, or any where more are of its kind.
                _boxrun_argument() {
                    case "$1 $2" in
                """);
        for (Model model : models) {
            for (PositionalParamSpec argument : model.spec().positionalParameters()) {
                script.append("        '").append(model.name());
                script.append(Model.isRepeated(argument) ? " '*) " : " 0') ");
                script.append(offer(Candidates.of(argument))).append(" ;;\n");
            }
        }
        script.append("        *' 0') : ;;\n");
        script.append("        *) _boxrun_files ;;\n    esac\n}\n\n");
        script.append("""
                # bash takes colons and equals signs for words of their own; images, boxes and variables have them inside.
                _boxrun_words() {
                    local glue= part
                    words=()
                    for part in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
                        if [[ ${#words[@]} -gt 0 && ( $glue || $part == [:=]* ) ]]; then
                            words[-1]+=$part
                        else
                            words+=("$part")
                        fi
                        [[ $part == *[:=] ]] && glue=1 || glue=
                    done
                }

                _boxrun() {
                    local words
                    _boxrun_words
                    local last=$((${#words[@]} - 1)) command= flags= valued= arguments=0 i
                    local word=${words[last]}
                    COMPREPLY=()
                    _boxrun_offer
                    # Only what is behind the last of them is replaced.
                    local before=${word%"${word##*[:=]}"}
                    if [[ $before && $COMP_WORDBREAKS == *:* ]]; then
                        COMPREPLY=("${COMPREPLY[@]#"$before"}")
                    fi
                }

                _boxrun_offer() {
                    for ((i = 1; i < last; i++)); do
                        _boxrun_options "$command"
                        case "${words[i]}" in
                            --) [[ $command ]] && arguments=$((arguments + 1)) ;;
                            -*)
                                # The value of an option is no argument.
                                if [[ " $valued " == *" ${words[i]} "* ]]; then
                                    i=$((i + 1))
                                    if ((i == last)); then
                                        _boxrun_value "$command" "${words[i - 1]}"
                                        return
                                    fi
                                fi
                                ;;
                            *) if [[ $command ]]; then arguments=$((arguments + 1)); else command=${words[i]}; fi ;;
                        esac
                    done
                    _boxrun_options "$command"
                    if [[ $word == -* && $arguments == 0 ]]; then
                        COMPREPLY=($(compgen -W "$flags $valued" -- "$word"))
                    elif [[ -z $command ]]; then
                        COMPREPLY=($(compgen -W '@COMMANDS@' -- "$word"))
                    else
                        _boxrun_argument "$command" "$arguments"
                    fi
                }

                complete -o bashdefault -F _boxrun boxrun
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
            case Candidates.Files() -> "_boxrun_files";
            case Candidates.Words(List<String> words) ->
                "COMPREPLY=($(compgen -W '" + String.join(" ", words) + "' -- \"$word\"))";
            case Candidates.Known(String kind) ->
                "COMPREPLY=($(compgen -W \"$(_boxrun_known " + kind + ")\" -- \"$word\"))";
            case Candidates.Places() -> "_boxrun_places";
            case Candidates.Nothing() -> ":";
        };
    }
}

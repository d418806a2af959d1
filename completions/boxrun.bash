# bash completion for boxrun. Written by .dev/generate; do not edit.
# Use it with: source <(boxrun completion bash)

_boxrun_known() { boxrun __known "$1" 2>/dev/null; }

# Options of a command: those without a value, then those with one.
_boxrun_options() {
    case "$1" in
        run)
            flags='-i --interactive -t --tty --network --rm -q --quiet --debug -h --help'
            valued='-e --env --env-file -v --volume -w --workdir -u --user --cpu --cpus --memory --disk --timeout --pull --progress -H --host' ;;
        ls)
            flags='-a --all -q --quiet --no-trunc --debug -h --help'
            valued='--status -f --filter -n --last --format -H --host' ;;
        ps)
            flags='-a --all -q --quiet --no-trunc --debug -h --help'
            valued='--status -f --filter -n --last --format -H --host' ;;
        images)
            flags='-q --quiet --debug -h --help'
            valued='--format -H --host' ;;
        pull)
            flags='-q --quiet --debug -h --help'
            valued='--progress -H --host' ;;
        load)
            flags='-q --quiet --debug -h --help'
            valued='-i --input -H --host' ;;
        rmi)
            flags='--ignore --debug -h --help'
            valued='-H --host' ;;
        info)
            flags='--debug -h --help'
            valued='--format -H --host' ;;
        doctor)
            flags='--debug -h --help'
            valued='--format -H --host' ;;
        daemon)
            flags='-f --follow --debug -h --help'
            valued='-H --host' ;;
        serve)
            flags='--no-token --debug -h --help'
            valued='--host --port' ;;
        version)
            flags='--debug -h --help'
            valued='-H --host' ;;
        completion)
            flags='--debug -h --help'
            valued='-H --host' ;;
        help)
            flags='--debug -h --help'
            valued='-H --host' ;;
        *)
            flags='--debug -h --help'
            valued='-H --host' ;;
    esac
}

# What an option's value can be.
_boxrun_value() {
    case "$1 $2" in
        'load -i' | 'load --input') COMPREPLY=($(compgen -f -- "$word")) ;;
        'ls --status') COMPREPLY=($(compgen -W 'running stopped all' -- "$word")) ;;
        'ps --status') COMPREPLY=($(compgen -W 'running stopped all' -- "$word")) ;;
        'pull --progress') COMPREPLY=($(compgen -W 'auto plain none json' -- "$word")) ;;
        'run --env-file') COMPREPLY=($(compgen -f -- "$word")) ;;
        'run --progress') COMPREPLY=($(compgen -W 'auto plain none json' -- "$word")) ;;
        'run --pull') COMPREPLY=($(compgen -W 'missing always never' -- "$word")) ;;
        'run -v' | 'run --volume') COMPREPLY=($(compgen -f -- "$word")) ;;
    esac
}

# What a command's first argument can be.
_boxrun_argument() {
    case "$1" in
        run) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        pull) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        load) COMPREPLY=($(compgen -f -- "$word")) ;;
        rmi) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        daemon) COMPREPLY=($(compgen -W 'status start stop restart logs' -- "$word")) ;;
        completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word")) ;;
        help) COMPREPLY=($(compgen -W 'run ls ps images pull load rmi info doctor daemon serve version completion help environment exit-codes image-names' -- "$word")) ;;
    esac
}

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
        COMPREPLY=($(compgen -W 'run ls ps images pull load rmi info doctor daemon serve version completion help' -- "$word"))
    elif ((arguments == 0)); then
        _boxrun_argument "$command"
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}

complete -o filenames -o bashdefault -F _boxrun boxrun

# bash completion for boxrun. Written by .dev/generate; do not edit.
# Use it with: source <(boxrun completion bash)

_boxrun_known() { boxrun __known "$1" 2>/dev/null; }

# Options of a command: those without a value, then those with one.
_boxrun_options() {
    case "$1" in
        run)
            flags='-i --interactive -t --tty --network --rm -q --quiet --debug -h --help'
            valued='-e --env --env-file -v --volume -w --workdir -u --user --cpu --cpus --memory --disk --timeout --pull --progress -H --host' ;;
        create)
            flags='--network --debug -h --help'
            valued='--name -e --env --env-file -v --volume -w --workdir --cpu --cpus --memory --disk -H --host' ;;
        ls)
            flags='-a --all -q --quiet --no-trunc --debug -h --help'
            valued='--status -f --filter -n --last --format -H --host' ;;
        ps)
            flags='-a --all -q --quiet --no-trunc --debug -h --help'
            valued='--status -f --filter -n --last --format -H --host' ;;
        start)
            flags='-a --all --ignore --debug -h --help'
            valued='-H --host' ;;
        stop)
            flags='-a --all --ignore --debug -h --help'
            valued='-t --time -H --host' ;;
        restart)
            flags='-a --all --ignore --debug -h --help'
            valued='-t --time -H --host' ;;
        rm)
            flags='-f --force -a --all --ignore --debug -h --help'
            valued='-H --host' ;;
        exec)
            flags='-i --interactive -t --tty -d --detach --debug -h --help'
            valued='-e --env --env-file -w --workdir -u --user --timeout -H --host' ;;
        shell)
            flags='--debug -h --help'
            valued='-e --env --env-file -w --workdir -u --user -H --host' ;;
        attach)
            flags='--debug -h --help'
            valued='-e --env --env-file -w --workdir -u --user -H --host' ;;
        logs)
            flags='-f --follow --debug -h --help'
            valued='-n --tail -H --host' ;;
        wait)
            flags='--debug -h --help'
            valued='-H --host' ;;
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
        'attach --env-file') COMPREPLY=($(compgen -f -- "$word")) ;;
        'create --env-file') COMPREPLY=($(compgen -f -- "$word")) ;;
        'create -v' | 'create --volume') COMPREPLY=($(compgen -f -- "$word")) ;;
        'exec --env-file') COMPREPLY=($(compgen -f -- "$word")) ;;
        'load -i' | 'load --input') COMPREPLY=($(compgen -f -- "$word")) ;;
        'ls --status') COMPREPLY=($(compgen -W 'running stopped all' -- "$word")) ;;
        'ps --status') COMPREPLY=($(compgen -W 'running stopped all' -- "$word")) ;;
        'pull --progress') COMPREPLY=($(compgen -W 'auto plain none json' -- "$word")) ;;
        'run --env-file') COMPREPLY=($(compgen -f -- "$word")) ;;
        'run --progress') COMPREPLY=($(compgen -W 'auto plain none json' -- "$word")) ;;
        'run --pull') COMPREPLY=($(compgen -W 'missing always never' -- "$word")) ;;
        'run -v' | 'run --volume') COMPREPLY=($(compgen -f -- "$word")) ;;
        'shell --env-file') COMPREPLY=($(compgen -f -- "$word")) ;;
    esac
}

# What a command's first argument can be.
_boxrun_argument() {
    case "$1" in
        run) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        create) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        start) : ;;
        stop) : ;;
        restart) : ;;
        rm) : ;;
        exec) : ;;
        shell) : ;;
        attach) : ;;
        logs) : ;;
        wait) : ;;
        pull) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        load) COMPREPLY=($(compgen -f -- "$word")) ;;
        rmi) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        daemon) COMPREPLY=($(compgen -W 'status start stop restart logs' -- "$word")) ;;
        completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word")) ;;
        help) COMPREPLY=($(compgen -W 'run create ls ps start stop restart rm exec shell attach logs wait images pull load rmi info doctor daemon version completion help environment exit-codes image-names' -- "$word")) ;;
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
        COMPREPLY=($(compgen -W 'run create ls ps start stop restart rm exec shell attach logs wait images pull load rmi info doctor daemon version completion help' -- "$word"))
    elif ((arguments == 0)); then
        _boxrun_argument "$command"
    else
        COMPREPLY=($(compgen -f -- "$word"))
    fi
}

complete -o filenames -o bashdefault -F _boxrun boxrun

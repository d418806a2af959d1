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
        run)
            flags='-i --interactive -t --tty --network -d --detach --rm -q --quiet --debug -h --help'
            valued='--name -l --label -e --env --env-file -v --volume --cpu --cpus -m --memory --disk --pids-limit -p --publish --pull -w --workdir -u --user --timeout --session --detach-keys --progress -H --host' ;;
        create)
            flags='--network -q --quiet --debug -h --help'
            valued='--name -l --label -e --env --env-file -v --volume --cpu --cpus -m --memory --disk --pids-limit -p --publish --pull -w --workdir --init-timeout --progress -H --host' ;;
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
        kill)
            flags='-a --all --ignore --debug -h --help'
            valued='-s --signal -H --host' ;;
        rename)
            flags='--debug -h --help'
            valued='-H --host' ;;
        cp)
            flags='-a --archive -L --follow-link -q --quiet --debug -h --help'
            valued='-H --host' ;;
        rm)
            flags='-f --force -a --all --ignore --debug -h --help'
            valued='-H --host' ;;
        gc)
            flags='--dry-run --debug -h --help'
            valued='--older-than --filter -H --host' ;;
        inspect)
            flags='--debug -h --help'
            valued='--type -f --format -H --host' ;;
        port)
            flags='--debug -h --help'
            valued='-H --host' ;;
        stats)
            flags='--no-stream --debug -h --help'
            valued='--format -H --host' ;;
        events)
            flags='--debug -h --help'
            valued='-f --filter --since -n --count --format -H --host' ;;
        exec)
            flags='-i --interactive -t --tty -d --detach --debug -h --help'
            valued='-e --env --env-file -w --workdir -u --user --timeout --session --detach-keys -H --host' ;;
        shell)
            flags='--list --debug -h --help'
            valued='-e --env --env-file -w --workdir -u --user --session --detach-keys --format -H --host' ;;
        attach)
            flags='--list --debug -h --help'
            valued='-e --env --env-file -w --workdir -u --user --session --detach-keys --format -H --host' ;;
        logs)
            flags='-f --follow -t --timestamps --debug -h --help'
            valued='-n --tail --since --until -H --host' ;;
        wait)
            flags='--debug -h --help'
            valued='--condition -H --host' ;;
        images)
            flags='-q --quiet --no-trunc --debug -h --help'
            valued='-f --filter --format -H --host' ;;
        pull)
            flags='-q --quiet --debug -h --help'
            valued='--progress -H --host' ;;
        load)
            flags='-q --quiet --debug -h --help'
            valued='-i --input -H --host' ;;
        rmi)
            flags='-f --force --ignore --debug -h --help'
            valued='-H --host' ;;
        info)
            flags='--debug -h --help'
            valued='-f --format -H --host' ;;
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
            valued='-f --format -H --host' ;;
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
        'attach --env-file') _boxrun_files ;;
        'create --env-file') _boxrun_files ;;
        'create --progress') COMPREPLY=($(compgen -W 'auto plain none json' -- "$word")) ;;
        'create --pull') COMPREPLY=($(compgen -W 'missing always never' -- "$word")) ;;
        'create -v' | 'create --volume') _boxrun_files ;;
        'exec --env-file') _boxrun_files ;;
        'inspect --type') COMPREPLY=($(compgen -W 'box image' -- "$word")) ;;
        'load -i' | 'load --input') _boxrun_files ;;
        'ls --status') COMPREPLY=($(compgen -W 'running stopped all' -- "$word")) ;;
        'ps --status') COMPREPLY=($(compgen -W 'running stopped all' -- "$word")) ;;
        'pull --progress') COMPREPLY=($(compgen -W 'auto plain none json' -- "$word")) ;;
        'run --env-file') _boxrun_files ;;
        'run --progress') COMPREPLY=($(compgen -W 'auto plain none json' -- "$word")) ;;
        'run --pull') COMPREPLY=($(compgen -W 'missing always never' -- "$word")) ;;
        'run -v' | 'run --volume') _boxrun_files ;;
        'shell --env-file') _boxrun_files ;;
        'wait --condition') COMPREPLY=($(compgen -W 'exited stopped' -- "$word")) ;;
    esac
}

# What an argument of a command can be: the first one, or any where more are of its kind.
_boxrun_argument() {
    case "$1 $2" in
        'run 0') COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        'create 0') COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        'start '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'stop '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'restart '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'kill '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'rename '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'cp '*) _boxrun_places ;;
        'rm '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'inspect '*) COMPREPLY=($(compgen -W "$(_boxrun_known all)" -- "$word")) ;;
        'port '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'stats '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'exec 0') COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'shell 0') COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'attach 0') COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'logs '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'wait '*) COMPREPLY=($(compgen -W "$(_boxrun_known boxes)" -- "$word")) ;;
        'images 0') COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        'pull '*) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        'load 0') _boxrun_files ;;
        'rmi '*) COMPREPLY=($(compgen -W "$(_boxrun_known images)" -- "$word")) ;;
        'daemon 0') COMPREPLY=($(compgen -W 'status start stop restart logs' -- "$word")) ;;
        'completion 0') COMPREPLY=($(compgen -W 'bash zsh fish' -- "$word")) ;;
        'help 0') COMPREPLY=($(compgen -W 'run create ls ps start stop restart kill rename cp rm gc inspect port stats events exec shell attach logs wait images pull load rmi info doctor daemon serve version completion help environment exit-codes image-names' -- "$word")) ;;
        *' 0') : ;;
        *) _boxrun_files ;;
    esac
}

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
        COMPREPLY=($(compgen -W 'run create ls ps start stop restart kill rename cp rm gc inspect port stats events exec shell attach logs wait images pull load rmi info doctor daemon serve version completion help' -- "$word"))
    else
        _boxrun_argument "$command" "$arguments"
    fi
}

complete -o bashdefault -F _boxrun boxrun

# fish completion for boxrun. Written by .dev/generate; do not edit.
# Use it with: boxrun completion fish | source

function __boxrun_known
    boxrun completion --list $argv[1] 2>/dev/null
end

complete -c boxrun -f
complete -c boxrun -n __fish_use_subcommand -a version -d 'Print the version'
complete -c boxrun -n __fish_use_subcommand -a completion -d 'Print the completion script of a shell'
complete -c boxrun -n __fish_use_subcommand -a help -d 'Explain a command or a topic'
complete -c boxrun -s H -l host -r -d 'the daemon to talk to'
complete -c boxrun -l debug -d 'show the causes of a failure'
complete -c boxrun -s h -d 'show short help'
complete -c boxrun -l help -d 'show all help'
complete -c boxrun -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
complete -c boxrun -n '__fish_seen_subcommand_from help' -a 'version completion help environment exit-codes images'

package boxrun.cli.command;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * A subcommand: its shape, from which parsing, help, man page and completions come, and the reading of what was typed.
 */
public interface Command {
    /** The name, options and arguments; the header is its one-line summary, the footer its examples. */
    CommandSpec spec();

    /**
     * Turns what was typed into what to do, without doing any of it.
     *
     * @throws UsageException when it makes no sense
     */
    Action read(ParseResult parsed, Surroundings here);
}

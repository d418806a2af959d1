package boxrun.cli.terminal;

/** How the progress of a long task is shown, on standard error. */
public enum ProgressMode {
    /** Drawn when standard error is a terminal, otherwise not at all. */
    AUTO,
    /** A line when a step ends. */
    PLAIN,
    NONE,
    /** A JSON object a line. */
    JSON
}

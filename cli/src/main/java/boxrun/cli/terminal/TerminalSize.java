package boxrun.cli.terminal;

/** The size of a window in characters. */
public record TerminalSize(int columns, int rows) {
    /** What terminals are taken for that do not say. */
    public static final TerminalSize UNKNOWN = new TerminalSize(80, 24);

    public TerminalSize {
        if (columns < 1 || rows < 1) {
            throw new IllegalArgumentException("a terminal has at least one column and one row");
        }
    }

    /** What a terminal says; one that says 0 does not know. */
    static TerminalSize of(int columns, int rows) {
        return columns < 1 || rows < 1 ? UNKNOWN : new TerminalSize(columns, rows);
    }
}

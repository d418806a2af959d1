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

    /** Reads what {@code stty size} prints, {@code rows columns}; a terminal that says 0 0 does not know. */
    static TerminalSize parse(String text) {
        String[] numbers = text.strip().split(" ", -1);
        try {
            return new TerminalSize(Integer.parseInt(numbers[1]), Integer.parseInt(numbers[0]));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException unknown) {
            return UNKNOWN;
        }
    }
}

package boxrun.daemon.engine;

/** The size of a terminal in characters. */
public record TerminalSize(int columns, int rows) {
    public TerminalSize {
        if (columns < 1 || rows < 1 || columns > 0xffff || rows > 0xffff) {
            throw new IllegalArgumentException("terminal size out of range: " + columns + "x" + rows);
        }
    }
}

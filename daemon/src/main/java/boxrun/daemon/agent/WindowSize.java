package boxrun.daemon.agent;

/** The size of a terminal in characters. */
public record WindowSize(int columns, int rows) {
    public WindowSize {
        if (columns < 1 || rows < 1 || columns > 0xffff || rows > 0xffff) {
            throw new IllegalArgumentException("terminal size out of range: " + columns + "x" + rows);
        }
    }
}

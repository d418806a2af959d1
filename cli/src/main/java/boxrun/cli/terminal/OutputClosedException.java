package boxrun.cli.terminal;

import java.io.IOException;

/** Standard output cannot be written any more: its reader left ({@code | head -1}) or the disk behind it is full. */
public final class OutputClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    OutputClosedException(IOException cause) {
        super(cause.getMessage(), cause);
    }

    /** True when the reader left, which is its right; otherwise data was lost and the user must know. */
    public boolean readerLeft() {
        String message = getMessage();
        return message != null && message.contains("Broken pipe");
    }
}

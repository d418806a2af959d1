package boxrun.cli.terminal;

import boxrun.config.Sizes;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Shows on standard error how much has been read so far, where that is a terminal. */
public final class ByteDisplay implements AutoCloseable {
    private final Console console;
    private final String verb;
    private final DrawnLine line;
    private long bytes;

    /**
     * @param verb what is done with the bytes, as in {@code copied 12 MiB}
     * @param canDraw whether drawing is wanted, and standard error, if a terminal, can do it
     */
    public ByteDisplay(Console console, String verb, boolean canDraw) {
        this.console = console;
        this.verb = verb;
        this.line = new DrawnLine(console, canDraw && console.errIsTerminal());
    }

    /** Counts what is read from a stream. */
    public InputStream watch(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read() throws IOException {
                int octet = in.read();
                count(octet < 0 ? 0 : 1);
                return octet;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                int read = in.read(buffer, offset, length);
                count(Math.max(0, read));
                return read;
            }
        };
    }

    private synchronized void count(int more) {
        bytes += more;
        line.draw(() -> verb + " " + Sizes.text(bytes));
    }

    /** Says a line, which stays. */
    public synchronized void interrupt(String words) {
        line.clear();
        console.say(words);
    }

    @Override
    public synchronized void close() {
        line.clear();
    }
}

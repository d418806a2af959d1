package boxrun.cli.terminal;

import boxrun.api.Stream;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The three streams of the process and which of them are terminals. Everything boxrun reads and writes goes through
 * one, so that a test can be the other side. Text is UTF-8, whatever the locale says: a box's output is bytes, and
 * boxrun's own words are mixed with it.
 *
 * <p>Data goes to {@code out} and everything else to {@code err}. Writing to {@code out} after its reader left throws
 * {@link OutputClosedException}.
 */
public record Console(
        InputStream in,
        OutputStream out,
        OutputStream err,
        boolean inIsTerminal,
        boolean outIsTerminal,
        boolean errIsTerminal) {

    /** The streams of this process. */
    public static Console ofProcess() {
        return new Console(
                new StandardInput(),
                new BufferedOutputStream(new ReportingOutput(new FileOutputStream(FileDescriptor.out)), 1 << 16),
                new FileOutputStream(FileDescriptor.err),
                isTerminal(0),
                isTerminal(1),
                isTerminal(2));
    }

    /** True when a person is at both ends: nothing is piped in or out. */
    public boolean isInteractive() {
        return inIsTerminal && outIsTerminal && errIsTerminal;
    }

    /** Whoever takes what is read; the bytes are in the beginning of a buffer that is used again. */
    public interface Input {
        /** Returns whether more is wanted. */
        boolean take(byte[] buffer, int length);
    }

    /** Reads {@code in} as it comes, until it ends or no more is wanted. */
    public void read(Input input) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            if (!input.take(buffer, length)) {
                return;
            }
        }
    }

    /** Nothing more is read; a thread that waits in {@link #read} is let go. */
    public void stopReading() {
        try {
            in.close();
        } catch (IOException unread) {
            // What was there for us to read was not wanted.
        }
    }

    /** Writes text to {@code out}. */
    public void print(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a command's output, without delay: it is to be seen when it is written. */
    public void write(Stream stream, ByteBuffer bytes) throws IOException {
        OutputStream target = stream == Stream.STDOUT ? out : err;
        if (bytes.hasArray()) {
            target.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
        } else {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            target.write(copy);
        }
        target.flush();
    }

    /** Writes a line to {@code err}; that nobody reads it is not an error. */
    public void say(String line) {
        try {
            err.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            err.flush();
        } catch (IOException nobodyReads) {
            // Words for people are lost when there are no people; the exit code still tells.
        }
    }

    /** The kernel names what is behind a descriptor; asking the JDK's own console costs several milliseconds more. */
    static boolean isTerminal(int descriptor) {
        try {
            String name = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console");
        } catch (IOException closed) {
            return false;
        }
    }

    /** Standard output whose failures can be told from those of other streams. */
    private static final class ReportingOutput extends OutputStream {
        private final OutputStream out;

        ReportingOutput(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int octet) throws IOException {
            write(new byte[] {(byte) octet}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new OutputClosedException(e);
            }
        }
    }
}

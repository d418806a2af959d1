package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxExecs;
import boxrun.client.ConnectionException;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;

/**
 * Standard input on its way to a command, in one request that begins with the first byte: until then a daemon may end
 * and the next one be asked. One that ends later may have taken bytes that it did not pass on.
 */
final class CommandInput {
    private final InputStream in;
    private volatile boolean begun;
    private volatile boolean complete;

    CommandInput(InputStream in) {
        // As for the commands of a shell, input that cannot be read (closed, a directory) is empty.
        this.in = new FilterInputStream(in) {
            @Override
            public int read(byte[] buffer, int offset, int length) {
                try {
                    return super.read(buffer, offset, length);
                } catch (IOException unreadable) {
                    return -1;
                }
            }
        };
    }

    /** Sends all there is, on a thread of its own: reading a terminal or a pipe may wait for ever. */
    void sendTo(StartedExec exec) {
        Thread.ofPlatform().daemon().name("stdin").start(() -> {
            try {
                byte[] first = in.readNBytes(1);
                while (!sent(exec, new SequenceInputStream(new First(first), in))) {
                    Thread.sleep(StartedExec.LOOK_AGAIN);
                }
            } catch (IOException | ConnectionException | ProblemException | InterruptedException ended) {
                // The reader of the events is told too, and knows better whether that is a failure.
            }
        });
    }

    /** False when the daemon was gone before it took anything. */
    private boolean sent(StartedExec exec, InputStream stream) {
        try {
            exec.execs().stdin(exec.id(), stream);
            complete = true;
            return true;
        } catch (ConnectionException lost) {
            if (begun) {
                throw lost;
            }
            return false;
        }
    }

    /** The first byte, which is taken when there is a connection to send it on. */
    private final class First extends ByteArrayInputStream {
        First(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] buffer, int offset, int length) {
            int count = super.read(buffer, offset, length);
            begun = begun || count > 0;
            return count;
        }
    }

    /** Another daemon is there: ends a command that may miss some of its input, which is worse than no command. */
    void check(BoxExecs execs, String exec) {
        if (begun && !complete) {
            execs.cancel(exec);
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR,
                            "the daemon ended while it passed on standard input, some of which may be lost; the"
                                    + " command was ended too")
                    .hint("run it again");
        }
    }
}

package boxrun.daemon.engine;

import java.io.OutputStream;
import java.time.Duration;

/** A command that was started in a box. Its output and end go to its {@link ProcessOutput}. */
public interface EngineProcess {

    /**
     * Where its input goes: writes block while the command does not read, and fail with {@link java.io.EOFException}
     * when it reads no more; closing is its end of file.
     */
    OutputStream stdin();

    /** Sends a signal to the command's process group; ignored when it has ended. */
    void signal(int number);

    /** Changes the size of its terminal; ignored when it has none. */
    void resize(TerminalSize size);

    /** Ends its whole process tree, children that called setsid included: TERM, after {@code grace} KILL. */
    void end(Duration grace);
}

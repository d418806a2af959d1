package boxrun.daemon.engine.container;

import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.daemon.agent.AgentCommand;
import boxrun.daemon.agent.AgentConnection;
import boxrun.daemon.agent.AgentException;
import boxrun.daemon.agent.AgentLostException;
import boxrun.daemon.agent.CommandEnd;
import boxrun.daemon.agent.CommandListener;
import boxrun.daemon.agent.CommandNotStartedException;
import boxrun.daemon.agent.CommandSpec;
import boxrun.daemon.agent.StartStage;
import boxrun.daemon.agent.WindowSize;
import boxrun.daemon.engine.EngineProcess;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.ProcessOutput;
import boxrun.daemon.engine.TerminalSize;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A command in a box. When the connection to the agent breaks it is taken up again where its output ended. */
final class BoxProcess implements EngineProcess, CommandListener {
    private static final System.Logger LOG = System.getLogger(BoxProcess.class.getName());
    private static final int ENOENT = 2;

    private final AgentLink link;
    private final String id;
    private final ProcessOutput output;
    private final Kills kills;
    private final AtomicReference<AgentConnection> connection;
    private volatile Optional<AgentCommand> command = Optional.empty();
    private volatile boolean outputFailed;
    private volatile boolean inputLost;
    private long stdoutOffset;
    private long stderrOffset;

    BoxProcess(AgentLink link, String id, ProcessOutput output, Kills kills) {
        this.link = link;
        this.id = id;
        this.output = output;
        this.kills = kills;
        this.connection = new AtomicReference<>(link.connection());
    }

    /** Starts the command; one that cannot be started ends at once, on another thread. */
    void start(CommandSpec spec) {
        start(spec, false);
    }

    /** Starts the command and makes its work directory first when that turns out to be missing. */
    void startMakingWorkdir(CommandSpec spec) {
        start(spec, true);
    }

    private void start(CommandSpec spec, boolean mayMakeWorkdir) {
        boolean makeWorkdir = mayMakeWorkdir;
        while (true) {
            AgentConnection on = connection();
            try {
                command = Optional.of(on.start(spec, this));
                return;
            } catch (CommandNotStartedException e) {
                if (makeWorkdir && e.stage() == StartStage.CWD && e.errno() == ENOENT) {
                    makeWorkdir = false;
                    makeWorkdir(spec.workdir());
                    continue;
                }
                endLater(new ProcessEnd.NotStarted(e.exitCode(), e.message()));
                return;
            } catch (AgentLostException e) {
                // Starting it again with the same id does not start it twice.
                Optional<AgentConnection> next = link.after(on);
                if (next.isEmpty()) {
                    endLater(new ProcessEnd.BoxGone("the box has ended"));
                    return;
                }
                connection.set(next.get());
            } catch (IllegalArgumentException | AgentException e) {
                endLater(new ProcessEnd.NotStarted(
                        125, "cannot start " + spec.argv().getFirst() + ": " + e.getMessage()));
                return;
            }
        }
    }

    private void makeWorkdir(String workdir) {
        try {
            new FileTransfer(link).makeDirectory(workdir);
        } catch (ProblemException e) {
            LOG.log(System.Logger.Level.DEBUG, "the next attempt to start the command says why", e);
        }
    }

    /** Takes up a command that runs or ran; false when the agent does not know it. */
    boolean resume(long stdout, long stderr) {
        stdoutOffset = stdout;
        stderrOffset = stderr;
        command = connection().resume(id, stdout, stderr, this);
        return command.isPresent();
    }

    @Override
    public void bytes(Stream stream, long offset, byte[] data) {
        try {
            output.bytes(stream, offset, data);
        } catch (RuntimeException e) {
            outputFailed = true;
            throw e;
        }
        switch (stream) {
            case STDOUT -> stdoutOffset = offset + data.length;
            case STDERR -> stderrOffset = offset + data.length;
        }
    }

    @Override
    public void ended(CommandEnd end) {
        switch (end) {
            case CommandEnd.Exited(int code) -> output.ended(kills.exited(code));
            case CommandEnd.Signaled(int signal) -> output.ended(kills.signaled(signal));
            case CommandEnd.Lost(String reason) -> takeUpAgain(reason);
        }
    }

    private void takeUpAgain(String reason) {
        if (link.closed()) {
            return; // the next daemon will hear of it
        }
        if (outputFailed) {
            output.ended(new ProcessEnd.BoxGone("its output could not be kept: " + reason));
            return;
        }
        inputLost = true;
        while (true) {
            Optional<AgentConnection> next = link.after(connection());
            if (next.isEmpty()) {
                if (!link.closed()) {
                    output.ended(new ProcessEnd.BoxGone(link.fault().orElse("the box has ended")));
                }
                return;
            }
            connection.set(next.get());
            try {
                if (!resume(stdoutOffset, stderrOffset)) {
                    output.ended(new ProcessEnd.BoxGone("the box does not know the command any more"));
                }
                return;
            } catch (IllegalArgumentException e) {
                output.ended(new ProcessEnd.BoxGone("its output is lost: " + e.getMessage()));
                return;
            } catch (AgentException e) {
                LOG.log(System.Logger.Level.DEBUG, "the connection broke again", e);
            }
        }
    }

    private AgentConnection connection() {
        return java.util.Objects.requireNonNull(connection.get());
    }

    private void endLater(ProcessEnd end) {
        Thread.ofVirtual().name("command " + id).start(() -> output.ended(end));
    }

    @Override
    public OutputStream stdin() {
        return new Input();
    }

    @Override
    public void signal(int number) {
        command.ifPresent(started -> started.signal(number));
    }

    @Override
    public void resize(TerminalSize size) {
        command.ifPresent(started -> started.resize(new WindowSize(size.columns(), size.rows())));
    }

    @Override
    public void end(Duration grace) {
        command.ifPresent(started -> started.end(grace));
    }

    /** Fails after a broken connection, since nobody knows how much of what was on the way has arrived. */
    private final class Input extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] data, int from, int length) throws IOException {
            target().write(data, from, length);
        }

        @Override
        public void close() throws IOException {
            if (command.isPresent() && !inputLost) {
                command.get().stdin().close();
            }
        }

        private OutputStream target() throws IOException {
            if (inputLost) {
                throw new IOException("the connection to the command was lost");
            }
            if (command.isEmpty()) {
                throw new EOFException("the command has ended");
            }
            return command.get().stdin();
        }
    }
}

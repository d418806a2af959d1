package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.Exec;
import boxrun.api.ExitData;
import boxrun.api.ProblemException;
import boxrun.api.StartExec;
import boxrun.api.Stream;
import boxrun.cli.terminal.Console;
import boxrun.cli.terminal.OutputClosedException;
import boxrun.cli.terminal.Signals;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import boxrun.client.RunEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs a command in a box that runs, without a terminal: sends standard input and signals, and writes what the command
 * writes, until it ends. The command outlives this process, unless it is signaled, and the daemon.
 */
record ExecAction(String box, StartExec request) implements Action {
    @Override
    public int run(Session session) throws IOException {
        CommandSignals signals = new CommandSignals();
        signals.listen();
        BoxrunClient daemon = session.daemon().get();
        Exec exec = NamedBox.ask(daemon, box, name -> daemon.execs(name).start(request));
        try (StartedExec started = new StartedExec(daemon, session.anyDaemon(), exec)) {
            signals.connected(new CommandLink(started::signal, CommandLink.Resize.NOBODY_CARES, started::close), null);
            signals.started();
            return follow(started, session.console());
        } catch (OutputClosedException unread) {
            // What SIGPIPE is for: a command that writes without end to nobody.
            cancel(daemon, exec);
            throw unread;
        } catch (ConnectionException e) {
            Optional<Signals> signal = signals.gaveUp();
            if (signal.isPresent()) {
                return signal.get().exitCode();
            }
            throw e;
        }
    }

    private static void cancel(BoxrunClient daemon, Exec exec) {
        try {
            daemon.execs(exec.boxId()).cancel(exec.id());
        } catch (ProblemException e) {
            // It may have written all it had, and ended.
            if (e.code() != ErrorCode.EXEC_ALREADY_FINISHED) {
                throw e;
            }
        }
    }

    private int follow(StartedExec exec, Console console) throws IOException {
        if (Objects.requireNonNullElse(request.stdin(), false)) {
            CommandInput input = new CommandInput(console.in());
            exec.whenResumed(next -> input.check(next, exec.id()));
            input.sendTo(exec);
        }
        while (true) {
            RunEvent event = exec.next().orElseThrow(() -> new IllegalStateException("a command without an end"));
            if (event instanceof RunEvent.Output(Stream stream, ByteBuffer bytes, long seq, Optional<Instant> at)) {
                console.write(stream, bytes);
            } else if (event instanceof RunEvent.Exit(ExitData end, long seq)) {
                CommandError.say(end, console);
                return end.exitCode();
            } else if (event instanceof RunEvent.Warning(String message)) {
                console.say("warning: " + message);
            }
        }
    }
}

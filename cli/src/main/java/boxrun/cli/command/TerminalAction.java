package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.ExitData;
import boxrun.api.ProblemException;
import boxrun.api.StartExec;
import boxrun.api.Stream;
import boxrun.cli.terminal.Console;
import boxrun.cli.terminal.RawTerminal;
import boxrun.cli.terminal.ScreenModes;
import boxrun.cli.terminal.Signals;
import boxrun.cli.terminal.TerminalSize;
import boxrun.client.Attach;
import boxrun.client.AttachSession;
import boxrun.client.BoxrunClient;
import boxrun.client.ConnectionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Shows a command's terminal in ours, until the command ends or the user leaves.
 *
 * @param request the command; without one the box's shell
 * @param session how the terminal lives on when this process leaves; otherwise it ends
 */
record TerminalAction(String box, StartExec request, Optional<SessionOption> session) implements Action {
    @Override
    public int run(Session here) throws IOException {
        CommandSignals signals = new CommandSignals(session.isPresent());
        signals.listen();
        Console console = here.console();
        Keys keys =
                new Keys(session.map(kept -> kept.keys(here.settings().get())).orElseGet(DetachKeys::none));
        BoxrunClient daemon = here.daemon().get();
        session.ifPresent(kept -> kept.require(command(), box, daemon));
        ScreenModes modes = new ScreenModes();
        boolean shown = false;
        ExitData end;
        try (RawTerminal terminal = console.inIsTerminal() ? RawTerminal.open() : null) {
            TerminalSize size = terminal == null ? TerminalSize.UNKNOWN : terminal.size();
            try (AttachSession attached = NamedBox.ask(daemon, box, name -> daemon.attach(name, attach(size)))) {
                signals.connected(new CommandLink(attached::signal, attached::resize, attached::close), terminal);
                signals.started();
                if (Objects.requireNonNullElse(request.stdin(), false)) {
                    if (terminal != null) {
                        terminal.makeRaw();
                    }
                    keys.sendTo(attached, console);
                }
                shown = true;
                end = show(attached, console, modes);
            }
        } catch (ConnectionException e) {
            if (shown) {
                modes.undo(console);
            }
            return leave(e, keys, signals, console);
        }
        // The daemon has said it too, but on a screen that is gone.
        if (modes.undoAfter(end, console)) {
            CommandError.say(end, console);
        }
        return end.exitCode();
    }

    private List<String> command() {
        return Objects.requireNonNullElse(request.cmd(), List.of());
    }

    private Attach attach(TerminalSize size) {
        return new Attach(
                command(),
                size.columns(),
                size.rows(),
                null,
                request.user(),
                request.workdir(),
                Objects.requireNonNullElse(request.env(), Map.of()),
                session.map(SessionOption::name).orElse(null),
                request.timeoutMs());
    }

    private static ExitData show(AttachSession attached, Console console, ScreenModes modes) throws IOException {
        for (Optional<ByteBuffer> bytes = attached.next(); bytes.isPresent(); bytes = attached.next()) {
            modes.watch(bytes.get());
            console.write(Stream.STDOUT, bytes.get());
        }
        return attached.exit().orElseThrow();
    }

    /** The connection is gone, and the command is not known to have ended. */
    private int leave(ConnectionException reason, Keys keys, CommandSignals signals, Console console) {
        Optional<String> back = session.map(kept -> kept.comingBack(box));
        Optional<Signals> signal = signals.gaveUp();
        if (keys.left() || signal.isPresent()) {
            back.ifPresent(words -> console.say("boxrun: left the session, which goes on; come back with: " + words));
            return signal.map(Signals::exitCode).orElse(0);
        }
        if (back.isPresent()) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, reason.message())
                    .hint("come back to the session with: " + back.get())
                    .because(reason);
        }
        throw reason;
    }

    /** What the user types. */
    private static final class Keys {
        private final DetachKeys detach;
        private volatile boolean left;

        Keys(DetachKeys detach) {
            this.detach = detach;
        }

        /** Whether the user left. */
        boolean left() {
            return left;
        }

        private boolean type(AttachSession attached, byte[] buffer, int length) {
            DetachKeys.Typed typed = detach.type(buffer, length);
            attached.type(typed.bytes().array(), 0, typed.bytes().remaining());
            if (typed.leave()) {
                left = true;
                attached.close();
            }
            return !typed.leave();
        }

        void sendTo(AttachSession attached, Console console) {
            Thread.ofPlatform().daemon().name("stdin").start(() -> {
                try {
                    console.read((buffer, length) -> type(attached, buffer, length));
                } catch (IOException | ConnectionException ended) {
                    // Whoever reads the terminal is told too, and knows better whether that is a failure.
                }
            });
        }
    }
}

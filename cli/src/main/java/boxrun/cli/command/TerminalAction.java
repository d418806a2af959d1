package boxrun.cli.command;

import boxrun.api.ExitData;
import boxrun.api.StartExec;
import boxrun.api.Stream;
import boxrun.cli.terminal.Console;
import boxrun.cli.terminal.RawTerminal;
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
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Shows a command's terminal in ours, until the command ends or the user leaves.
 *
 * @param request the command; without one the box's shell
 * @param session a name under which the terminal lives on when this process leaves
 * @param detachKeys what leaves it, see {@link DetachKeys}
 */
record TerminalAction(String box, StartExec request, Optional<String> session, String detachKeys) implements Action {
    @Override
    public int run(Session here) throws IOException {
        CommandSignals signals = new CommandSignals();
        signals.listen();
        Console console = here.console();
        BoxrunClient daemon = here.daemon().get();
        AtomicBoolean left = new AtomicBoolean();
        try (RawTerminal terminal = console.inIsTerminal() ? RawTerminal.open() : null) {
            TerminalSize size = terminal == null ? TerminalSize.UNKNOWN : terminal.size();
            try (AttachSession attached = NamedBox.ask(daemon, box, name -> daemon.attach(name, attach(size)))) {
                signals.connected(new CommandLink(attached::signal, attached::resize, attached::close), terminal);
                signals.started();
                if (Objects.requireNonNullElse(request.stdin(), false)) {
                    if (terminal != null) {
                        terminal.makeRaw();
                    }
                    sendKeys(attached, console, left);
                }
                return show(attached, console);
            }
        } catch (ConnectionException e) {
            if (left.get()) {
                return 0;
            }
            Optional<Signals> signal = signals.gaveUp();
            if (signal.isPresent()) {
                return signal.get().exitCode();
            }
            throw e;
        }
    }

    private Attach attach(TerminalSize size) {
        return new Attach(
                Objects.requireNonNullElse(request.cmd(), List.of()),
                size.columns(),
                size.rows(),
                null,
                request.user(),
                request.workdir(),
                Objects.requireNonNullElse(request.env(), Map.of()),
                session.orElse(null),
                request.timeoutMs());
    }

    private static int show(AttachSession attached, Console console) throws IOException {
        for (Optional<ByteBuffer> bytes = attached.next(); bytes.isPresent(); bytes = attached.next()) {
            console.write(Stream.STDOUT, bytes.get());
        }
        return attached.exit().map(ExitData::exitCode).orElseThrow();
    }

    private void sendKeys(AttachSession attached, Console console, AtomicBoolean left) {
        DetachKeys keys = DetachKeys.of(detachKeys);
        Thread.ofPlatform().daemon().name("stdin").start(() -> {
            byte[] buffer = new byte[1 << 16];
            try {
                for (int length = console.in().read(buffer);
                        length >= 0;
                        length = console.in().read(buffer)) {
                    DetachKeys.Typed typed = keys.type(buffer, length);
                    attached.type(typed.bytes().array(), 0, typed.bytes().remaining());
                    if (typed.leave()) {
                        left.set(true);
                        attached.close();
                        return;
                    }
                }
            } catch (IOException | ConnectionException ended) {
                // Whoever reads the terminal is told too, and knows better whether that is a failure.
            }
        });
    }
}

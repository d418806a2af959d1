package boxrun.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.InputFlag;
import org.jline.terminal.Attributes.OutputFlag;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.TerminalBuilder.SystemOutput;

/**
 * The terminal of this process, which can be made raw: then every key goes to the command in the box, Ctrl-C too.
 * Closing puts it back as it was. While it is open, {@link Signals#WINCH} tells of changes of the window's size.
 *
 * <p>JLine sets the modes and reads the size; a {@link TerminalKeeper} stands by to restore the terminal when this
 * process cannot. Keys are read from {@link Console#in}, never through JLine, so that no byte waits in two buffers.
 *
 * <p>This class loads JLine, and nothing else does: only a command that needs a terminal may touch it.
 */
public final class RawTerminal implements AutoCloseable {
    private static final EnumSet<InputFlag> CHANGES_OF_INPUT = EnumSet.of(
            InputFlag.IGNBRK,
            InputFlag.BRKINT,
            InputFlag.IGNPAR,
            InputFlag.PARMRK,
            InputFlag.INPCK,
            InputFlag.ISTRIP,
            InputFlag.INLCR,
            InputFlag.IGNCR,
            InputFlag.ICRNL,
            InputFlag.IXON,
            InputFlag.IXOFF,
            InputFlag.IXANY,
            InputFlag.IMAXBEL);

    private final TerminalKeeper keeper;
    private final Terminal terminal;
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile TerminalSize size;

    private RawTerminal(TerminalKeeper keeper, Terminal terminal) {
        this.keeper = keeper;
        this.terminal = terminal;
        this.size = firstSize(terminal);
        terminal.handle(Terminal.Signal.WINCH, signal -> Signals.windowChanged());
    }

    /** Takes hold of the terminal that standard input is, which stays as it is. */
    public static RawTerminal open() throws IOException {
        // The keeper is at work while JLine loads.
        TerminalKeeper keeper = TerminalKeeper.start();
        Terminal terminal;
        try {
            terminal = build();
        } catch (IOException | RuntimeException e) {
            keeper.close();
            throw e;
        }
        RawTerminal raw = new RawTerminal(keeper, terminal);
        try {
            keeper.awaitSaved();
        } catch (IOException e) {
            raw.close();
            throw e;
        }
        return raw;
    }

    private static Terminal build() throws IOException {
        try {
            return TerminalBuilder.builder()
                    .system(true)
                    .systemOutput(Console.isTerminal(1) ? SystemOutput.ForcedSysOut : SystemOutput.ForcedSysErr)
                    .provider(TerminalBuilder.PROP_PROVIDER_FFM)
                    .dumb(false)
                    // Otherwise it asks the terminal about itself, and late answers become the user's input.
                    .graphemeCluster(false)
                    // Otherwise it runs infocmp for what only the command in the box needs to know.
                    .type("ansi")
                    .build();
        } catch (IllegalStateException e) {
            throw new IOException("the terminal cannot be controlled: " + e.getMessage(), e);
        }
    }

    /** The size when it was last measured. */
    public TerminalSize size() {
        return size;
    }

    /** Asks for the size, after the window changed. */
    public TerminalSize measure() throws IOException {
        size = sizeOf(terminal);
        return size;
    }

    private static TerminalSize sizeOf(Terminal terminal) throws IOException {
        try {
            Size size = terminal.getSize();
            return TerminalSize.of(size.getColumns(), size.getRows());
        } catch (UncheckedIOException e) {
            throw new IOException("the terminal does not tell its size", e);
        }
    }

    private static TerminalSize firstSize(Terminal terminal) {
        try {
            return sizeOf(terminal);
        } catch (IOException elsewhere) {
            // Neither standard output nor standard error is a terminal: nothing is drawn, so any size will do.
            return TerminalSize.UNKNOWN;
        }
    }

    /** Makes the terminal raw. */
    public void makeRaw() {
        terminal.enterRawMode();
        // JLine's raw mode is made for line editors: it keeps the changes of output and some of input.
        Attributes attributes = terminal.getAttributes();
        attributes.setInputFlags(CHANGES_OF_INPUT, false);
        attributes.setOutputFlag(OutputFlag.OPOST, false);
        terminal.setAttributes(attributes);
    }

    /** Puts the terminal's settings back and waits until they are; again, does nothing. */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            terminal.close();
        } catch (IOException unrestored) {
            // The keeper restores it.
        } finally {
            keeper.close();
        }
    }
}

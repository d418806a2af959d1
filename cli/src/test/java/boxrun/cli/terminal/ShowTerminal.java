package boxrun.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A program that shows what it sees of its terminal, until q is pressed, and the signals that it gets. */
final class ShowTerminal {
    private ShowTerminal() {}

    /** With an argument it does not touch the terminal, and ends when standard input does. */
    public static void main(String[] arguments) throws IOException {
        for (Signals signal : new Signals[] {Signals.INT, Signals.TERM}) {
            signal.handle(() -> show("signal " + signal));
        }
        if (arguments.length > 0) {
            System.in.readAllBytes();
            return;
        }
        try (RawTerminal terminal = RawTerminal.open()) {
            Signals.WINCH.handle(() -> {
                try {
                    show("size " + terminal.measure().columns() + "x"
                            + terminal.size().rows());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            terminal.makeRaw();
            show("process " + ProcessHandle.current().pid());
            show("raw " + terminal.size().columns() + "x" + terminal.size().rows());
            for (int key = System.in.read(); key >= 0; key = System.in.read()) {
                show("key " + key);
                if (key == 'q') {
                    break;
                }
            }
        }
        show("closed");
        Runtime.getRuntime().halt(0);
    }

    private static synchronized void show(String line) {
        System.out.print(line + "\r\n");
        System.out.flush();
    }
}

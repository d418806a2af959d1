package boxrun.cli.terminal;

import java.io.IOException;
import java.io.UncheckedIOException;

/** A program that shows what it sees of its terminal, until q is pressed. */
final class ShowTerminal {
    private ShowTerminal() {}

    public static void main(String[] arguments) throws IOException {
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

    private static void show(String line) {
        System.out.print(line + "\r\n");
        System.out.flush();
    }
}

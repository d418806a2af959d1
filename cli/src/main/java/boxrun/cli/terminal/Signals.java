package boxrun.cli.terminal;

import sun.misc.Signal;

/** Signals sent to this process. The JDK's only door to them is {@code sun.misc.Signal}. */
public enum Signals {
    /** Ctrl-C. */
    INT(2),
    TERM(15),
    HUP(1),
    /** Ctrl-\. */
    QUIT(3),
    USR1(10),
    USR2(12),
    /** The window changed its size. An open {@link RawTerminal} tells; without one nobody draws in the window. */
    WINCH(28);

    private static volatile Runnable onWindowChange = () -> {};

    private final int number;

    Signals(int number) {
        this.number = number;
    }

    /** The exit code of a process that this signal ended, as shells show it. */
    public int exitCode() {
        return 128 + number;
    }

    /** Has the handler called, on a thread of its own, each time the signal arrives, instead of what it would do. */
    public void handle(Runnable handler) {
        if (this == WINCH) {
            onWindowChange = handler;
            return;
        }
        try {
            Signal.handle(new Signal(name()), signal -> handler.run());
        } catch (IllegalArgumentException reserved) {
            // The JVM keeps some signals to itself (QUIT without -Xrs): then it keeps doing what it does.
        }
    }

    /** For the open terminal, which calls it on a thread of its own. */
    static void windowChanged() {
        onWindowChange.run();
    }
}

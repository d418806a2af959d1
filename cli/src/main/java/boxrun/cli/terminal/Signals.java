package boxrun.cli.terminal;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals sent to this process. The JDK's only door to them is {@code sun.misc.Signal}, which a compiler that turns
 * warnings into errors does not let through; hence reflection. Making the proxy costs some 30 ms of start-up, so
 * {@link #handle} is to be called beside other work.
 */
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
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> listener = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {listener}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            handler.run();
                            return null;
                        }
                        // Of Object's methods a table of handlers asks for this one only.
                        return method.getName().equals("hashCode") ? System.identityHashCode(self) : method.getName();
                    });
            signal.getMethod("handle", signal, listener)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name()), proxy);
        } catch (InvocationTargetException reserved) {
            // The JVM keeps some signals to itself (QUIT without -Xrs): then it keeps doing what it does.
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this Java runtime has no sun.misc.Signal", e);
        }
    }

    /** For the open terminal, which calls it on a thread of its own. */
    static void windowChanged() {
        onWindowChange.run();
    }
}

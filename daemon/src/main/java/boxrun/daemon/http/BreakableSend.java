package boxrun.daemon.http;

import org.jspecify.annotations.Nullable;

/**
 * A send that another thread can break off when the client does not read: by an interrupt, which closes the connection.
 * The interrupt does not outlive the send, since the thread has other connections to write to.
 */
final class BreakableSend {
    private @Nullable Thread sending;
    private boolean broken;

    void send(Runnable action) {
        synchronized (this) {
            if (broken) {
                return;
            }
            sending = Thread.currentThread();
        }
        try {
            action.run();
        } finally {
            synchronized (this) {
                sending = null;
                if (broken) {
                    Thread.interrupted();
                }
            }
        }
    }

    synchronized void breakOff() {
        broken = true;
        Thread blocked = sending;
        if (blocked != null) {
            blocked.interrupt();
        }
    }
}

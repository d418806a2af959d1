package boxrun.daemon.http;

/**
 * Hears of the end of a connection that became a WebSocket. The web server tells a listener of a close frame and of a
 * frame that is not right, but not of a connection that ends without a word; the thread that serves it ends then.
 */
final class ConnectionEnd {
    private ConnectionEnd() {}

    /** Does this when the connection that the calling thread serves has ended. */
    static void then(Runnable action) {
        Thread connection = Thread.currentThread();
        Thread.ofVirtual().name("end of a socket").start(() -> {
            try {
                connection.join();
                action.run();
            } catch (InterruptedException nobodyInterrupts) {
                Thread.currentThread().interrupt();
            }
        });
    }
}

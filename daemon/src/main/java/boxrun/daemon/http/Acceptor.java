package boxrun.daemon.http;

import io.helidon.common.socket.SocketOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Holds the thread of a server that accepts connections while the server stops.
 *
 * <p>Helidon interrupts that thread then. A connection that has just come in is lost if the interrupt meets it within
 * {@link java.nio.channels.ServerSocketChannel#accept}: nobody has it any more, nobody closes it, and its client waits
 * for ever. The options of sockets are where each connection passes by outside of that.
 */
final class Acceptor implements SocketOptions {
    private static final Duration HELD_WITHIN = Duration.ofSeconds(5);

    private final Arrivals arrivals;
    private final SocketOptions options = SocketOptions.create();
    private final CountDownLatch held = new CountDownLatch(1);
    private volatile boolean stopping;

    /** @param arrivals is told of each connection over a Unix socket */
    Acceptor(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    /** Lets nobody in any more. The server must be stopped after that. */
    void hold(SocketAddress server) throws InterruptedException {
        stopping = true;
        try (SocketChannel knock = SocketChannel.open(server)) {
            if (knock.isConnected()) {
                // Where too many are connected already, none is accepted.
                held.await(HELD_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (IOException listensNoMore) {
            // Then there is no such thread.
        }
    }

    /** What is thrown here closes the connection. */
    @Override
    public void configureSocket(SocketChannel channel) {
        if (stopping) {
            held.countDown();
            awaitInterrupt();
            throw new IllegalStateException("the server stops");
        }
        SocketOptions.super.configureSocket(channel);
        if (isUnix(channel)) {
            arrivals.add(channel);
        }
    }

    private static boolean isUnix(SocketChannel channel) {
        try {
            return channel.getLocalAddress() instanceof UnixDomainSocketAddress;
        } catch (IOException gone) {
            return false;
        }
    }

    private static void awaitInterrupt() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Map<SocketOption<?>, Object> socketOptions() {
        return options.socketOptions();
    }

    @Override
    public Duration connectTimeout() {
        return options.connectTimeout();
    }

    @Override
    public Duration readTimeout() {
        return options.readTimeout();
    }

    @Override
    public Optional<Integer> socketReceiveBufferSize() {
        return options.socketReceiveBufferSize();
    }

    @Override
    public Optional<Integer> socketSendBufferSize() {
        return options.socketSendBufferSize();
    }

    @Override
    public boolean socketReuseAddress() {
        return options.socketReuseAddress();
    }

    @Override
    public boolean socketKeepAlive() {
        return options.socketKeepAlive();
    }

    @Override
    public boolean tcpNoDelay() {
        return options.tcpNoDelay();
    }
}

package boxrun.installed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A way over TCP to the daemon of an installation, which can be cut as if somebody pulled the cable. */
final class Cut implements AutoCloseable {
    private final ServerSocketChannel door;
    private final UnixDomainSocketAddress daemon;
    private final List<SocketChannel> open = new CopyOnWriteArrayList<>();

    private Cut(ServerSocketChannel door, UnixDomainSocketAddress daemon) {
        this.door = door;
        this.daemon = daemon;
    }

    static Cut to(Installation installation) throws IOException {
        ServerSocketChannel door =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Cut cut = new Cut(door, UnixDomainSocketAddress.of(installation.socket()));
        Thread.ofVirtual().start(cut::serve);
        return cut;
    }

    String url() throws IOException {
        return "http://127.0.0.1:" + ((InetSocketAddress) door.getLocalAddress()).getPort();
    }

    private void serve() {
        try {
            while (true) {
                SocketChannel client = door.accept();
                open.add(client);
                SocketChannel behind = SocketChannel.open(StandardProtocolFamily.UNIX);
                open.add(behind);
                behind.connect(daemon);
                Thread.ofVirtual().start(() -> pass(client, behind));
                Thread.ofVirtual().start(() -> pass(behind, client));
            }
        } catch (IOException closed) {
            // Nobody comes any more.
        }
    }

    private static void pass(ByteChannel from, ByteChannel to) {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        try (from;
                to) {
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException cut) {
            // Both ends are closed.
        }
    }

    /** Both sides get a reset. */
    void cut() throws IOException {
        for (SocketChannel channel : open) {
            if (channel.isOpen() && channel.getRemoteAddress() instanceof InetSocketAddress) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        cut();
    }
}

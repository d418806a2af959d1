package boxrun.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A server that does to each connection what a test says, on a Unix socket. */
final class ScriptedServer implements Closeable {
    interface Script {
        void play(SocketChannel channel, String head) throws IOException;
    }

    private final Path directory;
    private final ServerSocketChannel server;
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();

    ScriptedServer(Script script) throws IOException {
        directory = Files.createTempDirectory("boxrun-http");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(directory.resolve("s")));
        Thread.ofVirtual().start(() -> serve(script));
    }

    private void serve(Script script) {
        while (server.isOpen()) {
            try (SocketChannel channel = server.accept()) {
                String head = head(channel);
                heads.add(head);
                script.play(channel, head);
            } catch (IOException clientGone) {
                // The test says whether that is right.
            }
        }
    }

    private static String head(SocketChannel channel) throws IOException {
        StringBuilder head = new StringBuilder();
        ByteBuffer single = ByteBuffer.allocate(1);
        while (head.indexOf("\r\n\r\n") < 0 && channel.read(single.clear()) == 1) {
            head.append((char) single.get(0));
        }
        return head.toString();
    }

    /** Answers with a text, in one write. */
    static ScriptedServer answering(String answer) throws IOException {
        return new ScriptedServer((channel, head) -> write(channel, answer));
    }

    /** Answers with a text, one byte in each write. */
    static ScriptedServer dribbling(String answer) throws IOException {
        return new ScriptedServer((channel, head) -> {
            for (byte each : answer.getBytes(StandardCharsets.UTF_8)) {
                channel.write(ByteBuffer.wrap(new byte[] {each}));
            }
        });
    }

    static void write(SocketChannel channel, String text) throws IOException {
        write(channel, text.getBytes(StandardCharsets.UTF_8));
    }

    static void write(SocketChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** The head of the next request that came. */
    String head() throws InterruptedException {
        return heads.take();
    }

    Address address() {
        return new Address.Unix(directory.resolve("s"));
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(directory.resolve("s"));
        Files.delete(directory);
    }
}

package boxrun.cli.connect;

import boxrun.config.Home;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A program that does of a daemon what the connector sees: lock, socket, READY, its greeting, its leaving. */
final class StubDaemon {
    private StubDaemon() {}

    /** Arguments: the state directory, the build, and how to behave. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Home home = new Home(Path.of(arguments[0]));
        switch (arguments[2]) {
            case "serve" -> serve(home, arguments[1]);
            case "fail" -> {
                System.err.println("an older line\nthe cgroup is gone");
                System.exit(3);
            }
            default -> throw new IllegalArgumentException(arguments[2]);
        }
    }

    private static void serve(Home home, String build) throws IOException, InterruptedException {
        FileChannel lock = FileChannel.open(
                home.daemonLock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ);
        if (lock.tryLock() == null) {
            System.exit(4);
        }
        long pid = ProcessHandle.current().pid();
        lock.write(ByteBuffer.wrap((pid + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
        Files.writeString(
                home.root().resolve("started"), pid + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Files.deleteIfExists(home.socket());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(home.socket()));
        System.out.println("READY");
        System.out.close();
        while (true) {
            try (SocketChannel channel = server.accept()) {
                String head = head(channel);
                if (!head.isEmpty()) {
                    answer(channel, "{\"version\":\"1\",\"build\":\"" + build + "\",\"pid\":" + pid + ",\"other\":[]}");
                }
                if (head.startsWith("POST /v1/shutdown ")) {
                    server.close();
                    // Longer than the connector takes to look again.
                    Thread.sleep(100);
                    return;
                }
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

    private static void answer(SocketChannel channel, String body) throws IOException {
        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    }
}

package boxrun.daemon.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real registry, Debian's docker-registry, on a free loopback port, with its storage in a directory of the test. */
public final class RegistryServer implements AutoCloseable {
    private final Path directory;
    private final int port;
    private final Process process;

    private RegistryServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    /** A registry that lets everybody pull and push. */
    public static RegistryServer start(Path directory) throws IOException, InterruptedException {
        return start(directory, "");
    }

    /**
     * A registry that asks who pulls and pushes.
     *
     * @param auth the {@code auth:} section of its configuration
     */
    public static RegistryServer start(Path directory, String auth) throws IOException, InterruptedException {
        int port = freePort();
        Files.createDirectories(directory);
        Path config = directory.resolve("config.yml");
        Files.writeString(config, """
                version: 0.1
                log:
                  level: error
                storage:
                  filesystem:
                    rootdirectory: %s
                http:
                  addr: 127.0.0.1:%d
                %s
                """.formatted(directory.resolve("storage"), port, auth));
        Process process = new ProcessBuilder("docker-registry", "serve", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        RegistryServer server = new RegistryServer(directory, port, process);
        server.awaitReady();
        return server;
    }

    /** A port of the loopback that nobody listens on. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        while (process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
        throw new IOException("docker-registry ended: " + Files.readString(directory.resolve("log")));
    }

    public int port() {
        return port;
    }

    /** Host and port, as in references. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /**
     * Copies an image into it.
     *
     * @param source as skopeo knows it, for example {@code oci:DIR:TAG}
     * @param more options of {@code skopeo copy}
     */
    public void push(String source, String name, String... more) throws IOException, InterruptedException {
        // Credentials that somebody has stored on this machine are not to be looked for.
        List<String> words = new ArrayList<>(List.of("env", "XDG_RUNTIME_DIR=" + directory));
        words.addAll(List.of("skopeo", "copy", "--insecure-policy", "--quiet"));
        words.add("--dest-tls-verify=false");
        words.addAll(List.of(more));
        words.add(source);
        words.add("docker://" + host() + "/" + name);
        Programs.run(words.toArray(String[]::new));
    }

    /** The file in which it keeps a blob. */
    public Path blob(String digest) {
        String hex = digest.substring("sha256:".length());
        return directory.resolve(
                "storage/docker/registry/v2/blobs/sha256/" + hex.substring(0, 2) + "/" + hex + "/data");
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}

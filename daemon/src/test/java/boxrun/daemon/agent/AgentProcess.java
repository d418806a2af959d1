package boxrun.daemon.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/** The agent as a plain process of the host. */
final class AgentProcess implements AgentUnderTest {
    static final Path NATIVE = Path.of(System.getProperty("boxrun.native", "target/native"));

    private final Path directory;
    private final Process process;

    private AgentProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
    }

    static AgentProcess start() throws IOException, InterruptedException {
        return start(NATIVE.resolve("boxrun-agent"));
    }

    static AgentProcess start(Path binary) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("agent");
        Path socket = directory.resolve("agent.sock");
        Process process = new ProcessBuilder(binary.toString(), "--listen", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        while (!Files.exists(socket)) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IOException("the agent ended: " + Files.readString(directory.resolve("log")));
            }
        }
        return new AgentProcess(directory, process);
    }

    @Override
    public Path socket() {
        return directory.resolve("agent.sock");
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public int awaitExit() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public String busybox() {
        return "/usr/bin/busybox";
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

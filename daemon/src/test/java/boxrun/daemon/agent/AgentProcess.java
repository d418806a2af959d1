package boxrun.daemon.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.TimeUnit;

/** The agent as a plain process of the host. */
final class AgentProcess implements AgentUnderTest {
    static final Path NATIVE = Path.of(System.getProperty("boxrun.native", "target/native"));

    private static final String FINDINGS = "findings";

    private final Path binary;
    private final Path directory;
    private final Process process;

    private AgentProcess(Path binary, Path directory, Process process) {
        this.binary = binary;
        this.directory = directory;
        this.process = process;
    }

    static AgentProcess start() throws IOException, InterruptedException {
        return start(NATIVE.resolve("boxrun-agent"));
    }

    static AgentProcess start(Path binary) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("agent");
        Path socket = directory.resolve("agent.sock");
        ProcessBuilder builder = new ProcessBuilder(binary.toString(), "--listen", socket.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile());
        // What the sanitizers find goes to a file: the agent has no stderr. It cannot be traced to look for leaks.
        String sanitizers = "abort_on_error=0:detect_leaks=0:log_path=" + directory.resolve(FINDINGS);
        builder.environment().put("ASAN_OPTIONS", sanitizers);
        builder.environment().put("UBSAN_OPTIONS", "print_stacktrace=1:log_path=" + directory.resolve(FINDINGS));
        Process process = builder.start();
        while (!Files.exists(socket)) {
            if (process.waitFor(5, TimeUnit.MILLISECONDS)) {
                throw new IOException("the agent ended: " + Files.readString(directory.resolve("log")));
            }
        }
        return new AgentProcess(binary, directory, process);
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
    public long modestMemory() {
        /* The sanitizers shadow memory, and keep what is freed. */
        return binary.endsWith("boxrun-agent") ? AgentUnderTest.super.modestMemory() : 1 << 20;
    }

    @Override
    public String busybox() {
        return "/usr/bin/busybox";
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        StringBuilder findings = new StringBuilder();
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (file.getFileName().toString().startsWith(FINDINGS)) {
                    findings.append(Files.readString(file));
                }
                Files.delete(file);
            }
        }
        if (!findings.isEmpty()) {
            throw new AssertionError(findings.toString());
        }
    }
}

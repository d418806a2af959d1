package boxrun.daemon.agent;

import java.nio.file.Path;

/** The agent compiled with the address and undefined-behaviour sanitizers, which write to a file what they find. */
final class SanitizedAgent {
    static final Path BINARY = AgentProcess.NATIVE.resolve("boxrun-agent-sanitized");

    private SanitizedAgent() {}

    /** Compiles it, if it is older than its sources. */
    static void compile() throws Exception {
        Path source = Path.of(System.getProperty("boxrun.checkout", ".."), "daemon/src/main/c");
        Process make = new ProcessBuilder(
                        "make",
                        "--silent",
                        "OUT=" + AgentProcess.NATIVE.toAbsolutePath(),
                        BINARY.toAbsolutePath().toString())
                .directory(source.toFile())
                .inheritIO()
                .start();
        if (make.waitFor() != 0) {
            throw new AssertionError("the sanitized agent does not compile");
        }
    }
}

package boxrun.daemon.agent;

import boxrun.api.Stream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures an agent as a plain process; run by hand, the numbers are in docs/agent-protocol.md. Each number is the
 * median of several, after a warm-up.
 */
final class AgentMeasurements {
    private static final long GIB = 1 << 30;

    private AgentMeasurements() {}

    private interface Work {
        void run() throws Exception;
    }

    /** Counts bytes and waits for the end. */
    private static final class Count implements CommandListener {
        private final AtomicLong bytes = new AtomicLong();
        private final CountDownLatch ended = new CountDownLatch(1);

        @Override
        public void bytes(Stream stream, long offset, byte[] data) {
            bytes.addAndGet(data.length);
        }

        @Override
        public void ended(CommandEnd end) {
            ended.countDown();
        }
    }

    public static void main(String[] args) throws Exception {
        try (AgentProcess agent = AgentProcess.start();
                AgentConnection connection = agent.connect()) {
            say("agent, bytes", Files.size(AgentProcess.NATIVE.resolve("boxrun-agent")));
            say("ping, us", median(2000, connection::ping) / 1000);
            say("true, start to end, us", median(2000, () -> runTrue(agent, connection)) / 1000);
            say("1 GiB of output, ms", median(5, () -> output(agent, connection)) / 1_000_000);
            say("1 GiB of input, ms", median(5, () -> input(agent, connection)) / 1_000_000);
            say("terminal, 100 MB, ms", median(3, () -> terminal(agent, connection)) / 1_000_000);
            for (String line : Files.readAllLines(Path.of("/proc/" + agent.pid() + "/status"))) {
                if (line.startsWith("VmRSS") || line.startsWith("VmHWM")) {
                    System.out.println(line);
                }
            }
        }
    }

    private static void runTrue(AgentProcess agent, AgentConnection connection) throws Exception {
        Count count = new Count();
        AgentCommand command = connection.start(Commands.command(agent.busybox(), "true"), count);
        count.ended.await();
        connection.forget(command.id());
    }

    private static void output(AgentProcess agent, AgentConnection connection) throws Exception {
        Count count = new Count();
        AgentCommand command = connection.start(
                Commands.command(agent.busybox(), "dd", "if=/dev/zero", "bs=64k", "count=16384", "status=none"), count);
        count.ended.await();
        check(count.bytes.get() == GIB);
        connection.forget(command.id());
    }

    private static void terminal(AgentProcess agent, AgentConnection connection) throws Exception {
        Count count = new Count();
        CommandSpec spec = Commands.command(
                agent.busybox(), "sh", "-c", "stty raw; exec dd if=/dev/zero bs=64k count=1600 status=none");
        AgentCommand command = connection.start(Commands.onTerminal(spec, 80, 24), count);
        count.ended.await();
        check(count.bytes.get() == 1600 * 65_536L);
        connection.forget(command.id());
    }

    private static void input(AgentProcess agent, AgentConnection connection) throws Exception {
        Count count = new Count();
        byte[] block = new byte[64 * 1024];
        AgentCommand command = connection.start(
                Commands.command(agent.busybox(), "dd", "of=/dev/null", "bs=64k", "status=none"), count);
        try (OutputStream stdin = command.stdin()) {
            for (long sent = 0; sent < GIB; sent += block.length) {
                stdin.write(block);
            }
        }
        count.ended.await();
        connection.forget(command.id());
    }

    private static long median(int times, Work work) throws Exception {
        long[] nanos = new long[times];
        for (int i = -times / 2; i < times; i++) {
            long start = System.nanoTime();
            work.run();
            nanos[Math.max(i, 0)] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        return nanos[times / 2];
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new AssertionError("not all bytes came");
        }
    }

    private static void say(String what, long value) {
        System.out.println(what + ": " + value);
    }
}

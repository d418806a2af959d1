package boxrun.daemon.agent;

import static boxrun.daemon.agent.Commands.command;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Stream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** How output comes: whole, in order, bounded, and each command's by itself. */
interface OutputStory extends AgentStory {

    /** A listener that takes nothing before it is let go. */
    final class Stalled implements CommandListener {
        final CountDownLatch letGo = new CountDownLatch(1);
        final Recording recording = new Recording();

        @Override
        public void bytes(Stream stream, long offset, byte[] data) {
            try {
                letGo.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            recording.bytes(stream, offset, data);
        }

        @Override
        public void ended(CommandEnd end) {
            recording.ended(end);
        }
    }

    @Test
    default void aHundredMegabytesArriveUnchanged() throws Exception {
        AtomicLong count = new AtomicLong();
        CRC32 sum = new CRC32();
        Recording end = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(
                    sh("f=/tmp/numbers.$$; seq 1 130000 >$f; for i in $(seq 1 100); do cat $f; done; rm $f"),
                    new CommandListener() {
                        @Override
                        public void bytes(Stream stream, long offset, byte[] data) {
                            assertThat(offset).isEqualTo(count.getAndAdd(data.length));
                            sum.update(data);
                        }

                        @Override
                        public void ended(CommandEnd commandEnd) {
                            end.ended(commandEnd);
                        }
                    });
            assertThat(end.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        CRC32 expected = new CRC32();
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 130_000; i++) {
            text.append(i).append('\n');
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 100; i++) {
            expected.update(bytes);
        }
        assertThat(count).hasValue(100L * bytes.length);
        assertThat(sum.getValue()).isEqualTo(expected.getValue());
    }

    @Test
    default void halfAMegabyteInSingleBytesArrives() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(
                    command(agent().busybox(), "dd", "if=/dev/zero", "bs=1", "count=500000", "status=none"), recording);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdoutBytes()).isEqualTo(new byte[500_000]);
    }

    @Test
    default void bothStreamsAreWholeWhenTheyAlternate() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            connection.start(sh("for i in $(seq 1 5000); do echo out$i; echo err$i >&2; done"), recording);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(recording.stdout().lines()).hasSize(5000).last().isEqualTo("out5000");
        assertThat(recording.stderr().lines()).hasSize(5000).last().isEqualTo("err5000");
    }

    @Test
    default void floodsDoNotHoldUpOtherCommands() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            List<AgentCommand> floods = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                floods.add(connection.start(command(agent().busybox(), "yes"), new CommandListener() {
                    @Override
                    public void bytes(Stream stream, long offset, byte[] data) {}

                    @Override
                    public void ended(CommandEnd end) {}
                }));
            }
            Recording interactive = new Recording();
            AgentCommand command = connection.start(command(agent().busybox(), "cat"), interactive);
            for (int i = 0; i < 20; i++) {
                String line = "line " + i + "\n";
                command.stdin().write(line.getBytes(StandardCharsets.UTF_8));
                interactive.awaitStdout(text -> text.endsWith(line));
            }
            command.stdin().close();
            assertThat(interactive.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
            floods.forEach(flood -> flood.end(Duration.ZERO));
        }
    }

    @Test
    default void stalledReadersCostBoundedMemoryAndLoseNothing() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            run(connection, "true");
            List<Stalled> stalled = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                Stalled listener = new Stalled();
                stalled.add(listener);
                connection.start(sh("seq 1 200000"), listener);
            }
            // All have filled what there is for them when nothing changes any more.
            long last = -1;
            for (long now = held(connection); now != last || now < 16 * 256 * 1024; now = held(connection)) {
                last = now;
                Thread.sleep(20);
            }
            assertThat(memory("VmRSS")).as("KiB").isLessThan(agent().modestMemory() + 16 * 300);
            assertThat(run(connection, "echo still quick")).isEqualTo("still quick");
            stalled.forEach(each -> each.letGo.countDown());
            for (Stalled each : stalled) {
                assertThat(each.recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
                assertThat(each.recording.stdout().lines())
                        .hasSize(200_000)
                        .last()
                        .isEqualTo("200000");
            }
        }
    }

    private long held(AgentConnection connection) {
        return connection.list().stream()
                .mapToLong(known -> known.stdout().end() - known.stdout().acknowledged())
                .sum();
    }

    @Test
    default void theEndComesAfterTheLastByteOfASlowReader() throws Exception {
        Stalled stalled = new Stalled();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(sh("seq 1 90000; echo done"), stalled);
            while (runs(connection, Integer.toString(command.pid()))) {
                if (held(connection) >= 256 * 1024) {
                    stalled.letGo.countDown();
                }
            }
            assertThat(stalled.recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
        }
        assertThat(stalled.recording.stdout()).endsWith("90000\ndone\n");
    }

    @Test
    default void aBackgroundChildDoesNotDelayTheEndAndLivesOn() throws Exception {
        Recording recording = new Recording();
        try (AgentConnection connection = agent().connect()) {
            AgentCommand command = connection.start(
                    sh(
                            "(i=0; while :; do i=$((i+1)); echo $i; echo $i >/tmp/new.$$; mv /tmp/new.$$ /tmp/count.$$; sleep 0.01; done) & echo $! $$"),
                    recording);
            assertThat(recording.awaitEnd()).isEqualTo(new CommandEnd.Exited(0));
            String[] pids = recording
                    .stdout()
                    .lines()
                    .filter(line -> line.contains(" "))
                    .findFirst()
                    .orElse("")
                    .split(" ", 2);
            assertThat(runs(connection, pids[0])).isTrue();
            // It writes on, more than the pipe holds in time, and is not stopped by that.
            String count = "cat /tmp/count." + pids[1];
            int now = Integer.parseInt(run(connection, count));
            while (Integer.parseInt(run(connection, count)) < now + 20) {
                Thread.sleep(20);
            }
            connection.forget(command.id());
            assertThat(runs(connection, pids[0])).isTrue();
            run(connection, "kill -9 " + pids[0] + "; rm /tmp/count." + pids[1]);
        }
    }

    @Test
    default void theOutputOfWhatIsForgottenIsThrownAway() throws Exception {
        try (AgentConnection connection = agent().connect()) {
            Stalled stalled = new Stalled();
            AgentCommand command = connection.start(sh("seq 1 1000000; sleep 1000"), stalled);
            connection.forget(command.id());
            assertThat(connection.list()).isEmpty();
            // It gets past its output although nobody takes it.
            run(connection, "while ! ps -o args | grep -q '[s]leep 1000'; do sleep 0.01; done");
            stalled.letGo.countDown();
        }
    }
}

package boxrun.daemon.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ProblemException;
import boxrun.config.Home;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LifecycleTest {
    @TempDir
    Path directory;

    @Test
    void aSecondDaemonIsToldWhoHasTheLock() throws Exception {
        Process first = holdLock();
        try (BufferedReader says = first.inputReader()) {
            assertThat(says.readLine()).isEqualTo("held DaemonLock");
            assertThatExceptionOfType(ProblemException.class)
                    .isThrownBy(() -> DaemonLock.acquire(new Home(directory)))
                    .withMessage("another daemon (pid " + first.pid() + ") serves " + directory)
                    .satisfies(problem -> assertThat(problem.hint()).contains("stop it with: boxrun daemon stop"));
        } finally {
            first.destroyForcibly();
        }
    }

    @Test
    void theLockOfAKilledDaemonIsFree() throws Exception {
        Process killed = holdLock();
        try (BufferedReader says = killed.inputReader()) {
            assertThat(says.readLine()).isEqualTo("held DaemonLock");
        } finally {
            killed.destroyForcibly().waitFor();
        }
        try (DaemonLock lock = DaemonLock.acquire(new Home(directory))) {
            assertThat(lock).isNotNull();
            assertThat(new Home(directory).daemonLock())
                    .hasContent(ProcessHandle.current().pid() + "\n");
        }
    }

    private Process holdLock() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HoldLock.class.getName(),
                        directory.toString())
                .start();
    }

    @Test
    void anOldSocketIsRemovedAndTheNewOneIsClosedToOthers() throws IOException {
        SocketFile file = new SocketFile(directory.resolve("s"));
        file.clear();
        bind(file).close();
        assertThat(file.path()).exists();
        file.clear();
        try (ServerSocketChannel again = bind(file)) {
            assertThat(again.isOpen()).isTrue();
            file.restrict();
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.path())))
                    .isEqualTo("rw-------");
        }
    }

    private static ServerSocketChannel bind(SocketFile file) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(file.path()));
    }

    @Test
    void somethingElseInTheSocketsPlaceIsLeftAlone() throws IOException {
        Path precious = Files.writeString(directory.resolve("s"), "precious");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> new SocketFile(precious).clear())
                .withMessage(precious + " is in the way: it is not a socket");
        assertThat(precious).hasContent("precious");
    }

    @Test
    void theStepsOfAnEndRunOnceInOrderWhateverFails() throws Exception {
        List<String> steps = new ArrayList<>();
        OrderlyStop stop = new OrderlyStop();
        stop.then("streams", () -> steps.add("streams"));
        stop.then("server", () -> {
            throw new IOException("it is on fire");
        });
        stop.then("records", () -> steps.add("records"));
        assertThat(stop.requested()).isFalse();
        stop.request("test");
        stop.request("again");
        stop.await();
        assertThat(steps).containsExactly("streams", "records");
    }

    @Test
    void anIdleDaemonLeavesOnlyWhenNothingKeepsIt() throws Exception {
        AtomicBoolean running = new AtomicBoolean(true);
        BlockingQueue<String> looks = new LinkedBlockingQueue<>();
        OrderlyStop stop = new OrderlyStop();
        StayReason watched = () -> {
            looks.add("look");
            return running.get() ? Optional.of("1 box runs") : Optional.empty();
        };
        IdleExit idle = new IdleExit(Duration.ofMillis(50), List.of(Optional::empty, watched), stop);
        idle.start();
        // Far longer than the timeout: ten looks are one.
        for (int i = 0; i < 40; i++) {
            looks.take();
        }
        assertThat(idle.stays()).contains("1 box runs");
        assertThat(stop.requested()).isFalse();
        running.set(false);
        stop.await();
        assertThat(stop.requested()).isTrue();
    }

    @Test
    void aTimeoutOfZeroIsForEver() {
        OrderlyStop stop = new OrderlyStop();
        List<String> looks = new ArrayList<>();
        new IdleExit(
                        Duration.ZERO,
                        List.of(() -> {
                            looks.add("look");
                            return Optional.empty();
                        }),
                        stop)
                .start();
        assertThat(looks).isEmpty();
        assertThat(stop.requested()).isFalse();
    }
}

package boxrun.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Exec;
import boxrun.api.ExecStatus;
import boxrun.api.ExitData;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.Recorded;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How much output is kept of one command. */
@Timeout(120)
class OutputLimitTest {

    @Test
    void aCommandThatFloodsIsEndedAndWhatItWroteIsKept() throws Exception {
        try (DaemonProcess daemon = new DaemonProcess().with("BOXRUN_EXEC_LOG_MAX_MB", "2")) {
            daemon.start();
            Commands commands = daemon.commands(daemon.box("{\"memory_mb\":64}"));
            Exec flood = commands.sh("yes; echo not reached");
            Recorded recorded = commands.record(flood);
            assertThat(recorded.stdout().length()).isBetween(1 << 20, 2 << 20);
            assertThat(recorded.stdout().replace("y\n", "")).isIn("", "y");
            assertThat(recorded.exit().exitCode()).isEqualTo(137);
            assertThat(recorded.exit().error()).isNotNull().satisfies(error -> {
                assertThat(error.code()).isEqualTo(ExitData.Cause.RUNTIME_ERROR);
                assertThat(error.message()).contains("2.0 MiB", "BOXRUN_EXEC_LOG_MAX_MB");
            });
            assertThat(commands.ended(flood).status()).isEqualTo(ExecStatus.FAILED);
            assertThat(commands.record(commands.sh("pgrep yes; seq 1000")).stdout())
                    .startsWith("1\n2\n");
            daemon.kill();
            daemon.start();
            assertThat(commands.record(flood).exit()).isEqualTo(recorded.exit());
        }
    }
}

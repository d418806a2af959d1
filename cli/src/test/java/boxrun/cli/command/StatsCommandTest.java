package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.BoxStats;
import boxrun.cli.print.Listing;
import boxrun.json.Json;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(60)
class StatsCommandTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private static BoxStats stats(Instant at, @Nullable Long cpu) {
        return new BoxStats(at, cpu, 3L << 20, 1L << 30, 2L, 4096L, 512L << 20, 8L << 30, null, null, 0L);
    }

    private static BoxUse use(@Nullable Long before, @Nullable Long now) {
        return new BoxUse("box_000000000001", "web", stats(NOW, now), Optional.of(stats(NOW.minusMillis(500), before)));
    }

    @Test
    void onlyWhatIsAskedForIsLookedAt() {
        StatsCommand command = new StatsCommand();
        Surroundings here = new Surroundings(Map.of(), Path.of("/"), false, false);
        assertThat(command.read(
                        new CommandLine(command.spec()).parseArgs("--no-stream", "web", "db", "--format", "json"),
                        here))
                .isEqualTo(new StatsCommand.ShowStats(List.of("web", "db"), new Listing.AsJson(), true));
        assertThat(command.read(new CommandLine(command.spec()).parseArgs(), here))
                .isEqualTo(new StatsCommand.ShowStats(List.of(), new Listing.AsTable(), false));
    }

    @Test
    void cpuIsWhatIsUsedBetweenTwoLooks() {
        assertThat(use(1_000_000L, 1_750_000L).cpuPercent()).contains(new BigDecimal("150.0"));
        assertThat(use(1_000_000L, 1_000_000L).cpuPercent()).contains(new BigDecimal("0.0"));
        assertThat(use(1_000_000L, 5L).cpuPercent()).as("started again").isEmpty();
        assertThat(use(null, 5L).cpuPercent()).isEmpty();
        assertThat(use(5L, null).cpuPercent()).isEmpty();
        assertThat(new BoxUse("i", "n", stats(NOW, 1L), Optional.empty()).cpuPercent())
                .isEmpty();
    }

    @Test
    void whatIsNotKnownIsLeftEmpty() {
        assertThat(StatsCommand.table(List.of(use(0L, 50_000L))).text()).isEqualTo("""
                NAME   CPU     MEMORY    LIMIT     PROCESSES   DISK      RECEIVED   SENT
                web    10.0%   3.0 MiB   1.0 GiB   2           512 MiB
                """);
    }

    @Test
    void programsGetTheNumbers() {
        assertThat(Json.WIRE.encode(use(0L, 50_000L).json()))
                .startsWith(
                        "{\"id\":\"box_000000000001\",\"name\":\"web\",\"cpu_percent\":10.0,\"at\":\"2026-11-23T12:00:00")
                .contains("\"memory_bytes\":3145728,", "\"network_rx_bytes\":null");
    }
}

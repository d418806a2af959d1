package boxrun.daemon.box;

import boxrun.api.BoxStats;
import boxrun.api.Inspection;
import boxrun.api.Inspection.Limit;
import boxrun.daemon.engine.Details;
import boxrun.daemon.engine.EffectiveLimits;
import boxrun.daemon.engine.Engine;
import boxrun.daemon.engine.Usage;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Puts together what was asked of a box and what the engine reads back. */
final class Inspector {
    private static final BigDecimal MIB = BigDecimal.valueOf(1L << 20);
    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);

    private final Engine engine;
    private final HostSize host;

    Inspector(Engine engine, HostSize host) {
        this.engine = engine;
        this.host = host;
    }

    Inspection inspect(BoxEntry entry) {
        BoxRecord record = BoxBook.record(entry);
        Details details = engine.details(entry.id());
        String digest = record.image().digest();
        return new Inspection(
                entry.box(),
                record.options().labels(),
                record.options().ports(),
                record.engine(),
                digest.isEmpty() ? null : digest,
                known(details.process()),
                details.paths(),
                limits(record, engine.limits(entry.id())),
                details.network());
    }

    private Inspection.Limits limits(BoxRecord record, EffectiveLimits effective) {
        Map<String, Boolean> enforced = engine.capabilities().enforced();
        int pids = record.options().ownPids().orElse(host.pids());
        return new Inspection.Limits(
                new Limit(record.box().cpu(), effective.cpu().orElse(null), enforced.getOrDefault("cpu", false)),
                new Limit(
                        BigDecimal.valueOf(record.box().memoryMb()),
                        in(MIB, effective.memoryBytes()),
                        enforced.getOrDefault("memory", false)),
                new Limit(
                        BigDecimal.valueOf(pids),
                        in(BigDecimal.ONE, effective.pids()),
                        enforced.getOrDefault("pids", false)),
                new Limit(
                        BigDecimal.valueOf(record.box().diskSizeGb()),
                        in(GIB, effective.diskBytes()),
                        enforced.getOrDefault("disk", false)),
                new Limit(null, in(BigDecimal.ONE, effective.openFiles()), enforced.getOrDefault("nofile", false)));
    }

    private static @Nullable BigDecimal in(BigDecimal unit, OptionalLong number) {
        return number.isEmpty() ? null : BigDecimal.valueOf(number.getAsLong()).divide(unit, 3, RoundingMode.HALF_UP);
    }

    BoxStats stats(BoxEntry entry, Instant now) {
        Usage usage = engine.usage(entry.id());
        EffectiveLimits limits = engine.limits(entry.id());
        return new BoxStats(
                now,
                known(usage.cpuMicros()),
                known(usage.memoryBytes()),
                known(limits.memoryBytes()),
                known(usage.pids()),
                known(limits.pids()),
                known(usage.diskBytes()),
                known(limits.diskBytes()),
                known(usage.networkReceivedBytes()),
                known(usage.networkSentBytes()),
                known(usage.outOfMemoryKills()));
    }

    private static @Nullable Long known(OptionalLong number) {
        return number.isEmpty() ? null : number.getAsLong();
    }
}

package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.CreateBox;
import boxrun.api.PullPolicy;
import boxrun.api.Run;
import boxrun.api.Volume;
import boxrun.daemon.box.Enforcement.Limit;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.Limits;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A box that was asked for: checked, and complete with the defaults that docs/api.md names.
 *
 * @param ephemeral true for the box of one {@code run}: it has no record and does not survive the daemon
 */
record BoxSpec(
        String image,
        Optional<String> name,
        BigDecimal cpu,
        int memoryMb,
        int diskSizeGb,
        boolean network,
        String workdir,
        Map<String, String> env,
        List<Volume> volumes,
        boolean ephemeral,
        PullPolicy pull,
        BoxOptions options) {
    private static final BigDecimal CPU = BigDecimal.valueOf(2);
    private static final int MEMORY_MB = 1024;
    private static final int DISK_SIZE_GB = 8;
    private static final String WORKDIR = "/root";

    BoxSpec {
        env = Map.copyOf(env);
        volumes = List.copyOf(volumes);
    }

    /** Checks a request; a {@code VALIDATION_ERROR} names the field and what is allowed. */
    static BoxSpec of(CreateBox request, HostSize host) {
        return of(request, host, false);
    }

    private static BoxSpec of(CreateBox request, HostSize host, boolean ephemeral) {
        boolean network = Optional.ofNullable(request.network()).orElse(false);
        return new BoxSpec(
                Checks.image(request.image()),
                Checks.name(request.name()),
                Checks.cpu(request.cpu()).orElse(CPU.min(host.cpu())),
                Checks.positive("memory_mb", request.memoryMb()).orElse((int) Math.min(MEMORY_MB, host.memoryMb())),
                Checks.positive("disk_size_gb", request.diskSizeGb()).orElse(DISK_SIZE_GB),
                network,
                Checks.absolute("workdir", request.workdir()).orElse(WORKDIR),
                Checks.env(request.env()),
                Checks.volumes(request.volumes()),
                ephemeral,
                Optional.ofNullable(request.pull()).orElse(PullPolicy.MISSING),
                new BoxOptions(
                        Checks.labels(request.labels()),
                        PortChecks.ports(request.ports(), network),
                        Checks.positive("pids", request.pids()).orElse(null)));
    }

    /** Checks a request; a {@code VALIDATION_ERROR} names the field and what is allowed. */
    static BoxSpec of(Run request, HostSize host) {
        return of(
                new CreateBox(
                        request.image(),
                        request.name(),
                        request.cpu(),
                        request.memoryMb(),
                        request.diskSizeGb(),
                        request.network(),
                        request.workdir(),
                        request.env(),
                        request.volumes(),
                        request.labels(),
                        request.ports(),
                        request.pids(),
                        request.pull()),
                host,
                true);
    }

    /** The limits that a request asks for, and does not leave to the defaults. */
    static Set<Limit> asked(CreateBox request) {
        return asked(request.cpu(), request.memoryMb(), request.diskSizeGb(), request.pids());
    }

    static Set<Limit> asked(Run request) {
        return asked(request.cpu(), request.memoryMb(), request.diskSizeGb(), request.pids());
    }

    private static Set<Limit> asked(
            @Nullable BigDecimal cpu, @Nullable Integer memory, @Nullable Integer disk, @Nullable Integer pids) {
        Set<Limit> asked = EnumSet.noneOf(Limit.class);
        addIf(cpu != null, Limit.CPU, asked);
        addIf(memory != null, Limit.MEMORY, asked);
        addIf(disk != null, Limit.DISK, asked);
        addIf(pids != null, Limit.PIDS, asked);
        return asked;
    }

    private static void addIf(boolean given, Limit limit, Set<Limit> asked) {
        if (given) {
            asked.add(limit);
        }
    }

    /** Whether it is the box of a run that has nothing of its own but an image and limits. */
    boolean isPlainRun() {
        return ephemeral && name.isEmpty() && !network && volumes.isEmpty();
    }

    /** @param pids processes and threads that a box may have when it asks for no number */
    Limits limits(int pids) {
        return new Limits(cpu, memoryMb, diskSizeGb, options.ownPids().orElse(pids));
    }

    /** The box as clients see it before it runs. */
    Box box(BoxId id, Instant now) {
        return new Box(
                id.value(),
                name.orElse(null),
                BoxStatus.CREATING,
                image,
                cpu,
                memoryMb,
                diskSizeGb,
                network,
                workdir,
                env,
                volumes,
                null,
                null,
                now,
                null,
                null);
    }
}

package boxrun.daemon.engine.container;

import static boxrun.daemon.engine.container.Protection.CAPABILITIES;
import static boxrun.daemon.engine.container.Protection.FILTER;
import static boxrun.daemon.engine.container.Protection.NAMESPACES;
import static boxrun.daemon.engine.container.Protection.PLACES;
import static boxrun.daemon.engine.container.Protection.USER_NAMESPACE;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.engine.BoxId;
import boxrun.daemon.engine.RecordedOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a box tries, and may not succeed with. Each attempt is shown to bite: with some of the protections taken away it
 * succeeds, and the table says which one was the last that refused it.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WallsTest {
    private static final String OPEN = "open";

    /**
     * The protection without which, those before it being gone too, the attempt succeeds. Where a kernel lacks the
     * thing itself, that it is refused is all that can be shown.
     */
    private static final Map<Protection, String> LAST_TO_REFUSE = Map.of(
            FILTER,
            """
            unshare-user unshare-user-more clone-user clone3-user perf userfaultfd io-uring kcmp add-key keyctl
            personality vmsplice af-vsock af-alg netlink-netfilter unshare-32 clone3-32 setns-32 keyctl-32 io-uring-32
            af-alg-32 socketcall-alg socketcall-vsock x32""",
            CAPABILITIES,
            """
            mount-tmpfs mount-bind umount-mask remount-writable fsopen open-tree mount-setattr pivot-root
            unshare-mounts unshare-network setns sethostname reboot capset af-packet raw-socket raw6-socket trace-agent trace-supervisor agent-descriptor agent-memory agent-readlink agent-root
            mount-32""",
            PLACES,
            "interrupts sys-disks sys-firmware ip-forward",
            USER_NAMESPACE,
            """
            init-module finit-module delete-module kexec swapon swapoff acct syslog settimeofday adjtimex ioperm
            mknod-disk mknod-memory priority oom-score bpf settimeofday-32 kcore timer-list core-pattern sysrq
            sys-write cgroup-procs cgroup-limit cgroup-mkdir agent-write busybox-write agent-program open-by-handle""",
            NAMESPACES,
            "host-process neighbour-process abstract-socket shared-memory");

    /** Attempts at what not every host has: where it is missing, the test says so and is skipped. */
    private static final Map<String, List<String>> NOT_EVERYWHERE = Map.of(
            "a kernel with CONFIG_CRYPTO_USER_API",
            List.of("af-alg", "af-alg-32", "socketcall-alg"),
            "a kernel with CONFIG_X86_X32_ABI",
            List.of("x32"),
            "a kernel with CONFIG_MODULES",
            List.of("init-module", "finit-module", "delete-module"),
            "a kernel with CONFIG_KEXEC",
            List.of("kexec"),
            "a kernel with CONFIG_X86_IOPL_IOPERM",
            List.of("ioperm"),
            "a kernel with CONFIG_PROC_KCORE",
            List.of("kcore"),
            "a kernel with CONFIG_MAGIC_SYSRQ",
            List.of("sysrq"),
            "CAP_SYS_RESOURCE, which root of a container may lack",
            List.of("oom-score"),
            "a sysfs with KSM, firmware and disks, which a container may lack",
            List.of("sys-write", "sys-firmware", "sys-disks"));

    private static final List<String> NAMESPACE_TYPES = List.of("user", "mnt", "pid", "net", "ipc", "uts", "cgroup");

    private final Map<Protection, Map<String, String>> weakenedBoxes = new EnumMap<>(Protection.class);
    private Map<String, String> first = Map.of();
    private Map<String, String> later = Map.of();
    private List<String> shared = List.of();
    private List<String> sharedWhenWeakened = List.of();

    @BeforeAll
    void tryEverythingInOneBoxOfEachKind(@TempDir Path state, @TempDir Path programs) throws Exception {
        try (Probe probe = Probe.compile(programs);
                Boxes boxes = new Boxes(state.resolve("whole"))) {
            RecordedOutput neighbour = new RecordedOutput();
            boxes.start(boxes.box(), neighbour, probe.neighbour());
            neighbour.awaitStdout(text -> text.equals("up\n"));
            BoxId box = probe.box(boxes);
            shared = sharedWithHost(boxes, box);
            first = probe.tryAll(boxes, box);
            later = probe.tryAll(boxes, probe.box(boxes));
            for (Protection protection : Protection.values()) {
                Path place = state.resolve("without-" + protection.name().toLowerCase(Locale.ROOT));
                try (Boxes weakened = new Boxes(place, protection::takenWithAllBefore)) {
                    BoxId weak = probe.box(weakened);
                    sharedWhenWeakened = sharedWithHost(weakened, weak);
                    weakenedBoxes.put(protection, probe.tryAll(weakened, weak));
                }
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> noAttemptSucceeds() {
        return first.entrySet().stream()
                .map(attempt -> DynamicTest.dynamicTest(
                        attempt.getKey(), () -> assertThat(attempt.getValue()).isNotEqualTo(OPEN)));
    }

    @TestFactory
    Stream<DynamicTest> eachAttemptSucceedsWhenItsProtectionIsTakenAway() {
        return LAST_TO_REFUSE.entrySet().stream()
                .flatMap(entry -> Stream.of(entry.getValue().split("\\s+", -1))
                        .map(name -> DynamicTest.dynamicTest(name, () -> assertBites(name, entry.getKey()))));
    }

    private void assertBites(String name, Protection protection) {
        Optional<Protection> opens = Stream.of(Protection.values())
                .filter(taken -> OPEN.equals(outcome(taken, name)))
                .findFirst();
        Optional<String> missing = NOT_EVERYWHERE.entrySet().stream()
                .filter(entry -> opens.isEmpty() && entry.getValue().contains(name))
                .map(Map.Entry::getKey)
                .findFirst();
        if (missing.isEmpty()) {
            assertThat(opens).contains(protection);
            return;
        }
        // Where the kernel says something else than the box hears, it was the wall that has refused.
        String kernels = outcome(NAMESPACES, name);
        Assumptions.assumeFalse(
                kernels.equals(first.get(name)), name + " takes " + missing.get() + ": " + kernels + " in any case");
    }

    private String outcome(Protection taken, String name) {
        return Objects.requireNonNull(weakenedBoxes.get(taken)).getOrDefault(name, "not tried");
    }

    @Test
    void noAttemptIsLeftOut() {
        List<String> listed = new ArrayList<>();
        LAST_TO_REFUSE.values().forEach(names -> listed.addAll(List.of(names.split("\\s+", -1))));
        assertThat(listed).containsExactlyInAnyOrderElementsOf(first.keySet());
    }

    /** crun compiles the profile for the first box; later ones get the filter that it has left. */
    @Test
    void theKeptFilterRefusesWhatTheProfileRefuses() throws Exception {
        assertThat(later).isEqualTo(first);
    }

    @Test
    void callsThatProgramsTryFirstFailAsIfTheKernelDidNotKnowThem() {
        assertThat(first)
                .containsEntry("clone3-user", "ENOSYS")
                .containsEntry("io-uring", "ENOSYS")
                .containsEntry("socketcall-vsock", "EAFNOSUPPORT")
                .containsEntry("unshare-user", "EPERM")
                .containsEntry("clone-user", "EPERM");
    }

    @Test
    void aBoxSharesNoNamespaceWithTheHost() {
        assertThat(shared).isEmpty();
        assertThat(sharedWhenWeakened).containsExactly("user", "pid", "net", "ipc");
    }

    private static List<String> sharedWithHost(Boxes boxes, BoxId box) throws Exception {
        Path agent =
                Path.of("/proc", "" + Trace.of(boxes.state(), box).process().pid(), "ns");
        List<String> same = new ArrayList<>();
        for (String type : NAMESPACE_TYPES) {
            if (Files.readSymbolicLink(agent.resolve(type))
                    .equals(Files.readSymbolicLink(Path.of("/proc/self/ns", type)))) {
                same.add(type);
            }
        }
        return same;
    }
}

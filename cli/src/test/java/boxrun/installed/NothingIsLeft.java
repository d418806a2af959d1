package boxrun.installed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * After all other tests: nothing that they started or made is left on the machine. Only what belongs to this checkout
 * and to this build counts, so that others may work beside it.
 */
@Timeout(120)
class NothingIsLeft {
    /** How long all that has been asked to end may take. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Instant BEGAN = Instant.parse(System.getProperty("boxrun.began", "1970-01-01T00:00:00Z"));
    /** The agent of a box, mounted there from where the build has put it. */
    private static final Pattern AGENT = Pattern.compile(
            "^\\S+ \\S+ \\S+ (\\S+)/(?:daemon|cli)/target/\\S*boxrun-agent /\\.boxrun/agent ", Pattern.MULTILINE);

    @Test
    void noProcess() throws Exception {
        List<String> left = new ArrayList<>();
        Set<Long> ourselves = ancestors();
        Instant limit = Instant.now().plus(PATIENCE);
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            if (!ourselves.contains(process.pid()) && isOfThisBuild(process) && !endsBefore(limit, process)) {
                left.add(process.pid() + " " + commandLine(process));
            }
        }
        assertThat(left).isEmpty();
    }

    private static Set<Long> ancestors() {
        Set<Long> pids = new HashSet<>();
        for (Optional<ProcessHandle> each = Optional.of(ProcessHandle.current());
                each.isPresent();
                each = each.get().parent()) {
            pids.add(each.get().pid());
        }
        return pids;
    }

    private static boolean isOfThisBuild(ProcessHandle process) {
        Optional<Instant> start = process.info().startInstant();
        if (start.isEmpty() || start.get().isBefore(BEGAN)) {
            return false;
        }
        String words = commandLine(process);
        return words.contains(Installation.checkout() + "/") || isPastaOfNoBox(words) || isAgentOfThisCheckout(process);
    }

    /** pasta stays beside its box; the file that has its number goes with the box. */
    private static boolean isPastaOfNoBox(String words) {
        Matcher file = Pattern.compile("--pid (\\S+/boxes/box_\\S+)").matcher(words);
        return file.find() && Files.notExists(Path.of(file.group(1)));
    }

    private static boolean isAgentOfThisCheckout(ProcessHandle process) {
        Matcher agent = AGENT.matcher(read("/proc/" + process.pid() + "/mountinfo"));
        return agent.find() && Installation.checkout().toString().endsWith(agent.group(1));
    }

    private static String commandLine(ProcessHandle process) {
        return read("/proc/" + process.pid() + "/cmdline").replace('\0', ' ');
    }

    private static boolean endsBefore(Instant limit, ProcessHandle process) throws Exception {
        try {
            long left = Math.max(0, Duration.between(Instant.now(), limit).toMillis());
            process.onExit().get(left, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Test
    void noMount() {
        assertThat(read("/proc/self/mountinfo").lines()).noneMatch(line -> line.contains("/boxes/box_"));
    }

    @Test
    void noLoopDevice() throws Exception {
        Instant limit = Instant.now().plus(PATIENCE);
        List<String> left = loopDevicesOfNoBox();
        while (!left.isEmpty() && Instant.now().isBefore(limit)) {
            // The kernel frees the device of a box that has ended a little later, and tells nobody.
            Thread.sleep(50);
            left = loopDevicesOfNoBox();
        }
        assertThat(left).isEmpty();
    }

    private static List<String> loopDevicesOfNoBox() throws IOException {
        String before = mountsOfEarlierProcesses();
        try (Stream<Path> devices = Files.list(Path.of("/sys/block"))) {
            return devices.filter(device -> !before.contains(" /dev/" + device.getFileName() + " "))
                    .map(device -> read(device + "/loop/backing_file"))
                    .filter(file -> file.matches("(?s).*/boxes/box_.*\\(deleted\\).*"))
                    .toList();
        }
    }

    /** What a box that began before this run has is not of this run. */
    private static String mountsOfEarlierProcesses() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .startInstant()
                        .filter(start -> start.isBefore(BEGAN))
                        .isPresent())
                .map(process -> read("/proc/" + process.pid() + "/mountinfo"))
                .collect(Collectors.joining());
    }

    @Test
    void noControlGroup() throws IOException {
        List<Path> left = new ArrayList<>();
        try (Stream<Path> tree = Files.find(
                Path.of("/sys/fs/cgroup"),
                6,
                (path, attributes) -> attributes.isDirectory()
                        && attributes.lastModifiedTime().toInstant().isAfter(BEGAN)
                        && path.toString().matches(".*/box_[A-Za-z0-9]{12}"))) {
            tree.filter(group -> read(group + "/cgroup.procs").isEmpty() && Files.exists(group))
                    .forEach(left::add);
        }
        assertThat(left).isEmpty();
    }

    /** Empty for what is not there, or not any more. */
    private static String read(String file) {
        try {
            return new String(Files.readAllBytes(Path.of(file)), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}

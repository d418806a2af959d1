package boxrun.cli.command;

import boxrun.config.Sizes;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code --cpu --memory --disk --pids-limit --network}: what a box may use; what is not given is left to the daemon.
 *
 * @param memoryMb in MiB
 * @param diskGb in GiB
 */
record ResourceOptions(
        Optional<BigDecimal> cpu,
        Optional<Integer> memoryMb,
        Optional<Integer> diskGb,
        Optional<Integer> pids,
        Optional<Boolean> network) {
    /** What docker and podman call networks, but for host, which is an image here. */
    private static final List<String> NETWORKS =
            List.of("none", "bridge", "default", "private", "slirp4netns", "pasta");

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.value(
                "--cpu, --cpus", "N", "CPUs it may use, such as 0.5 or 2", "Without it, what the daemon gives (2)."));
        spec.addOption(Options.value(
                "-m, --memory",
                "SIZE",
                "memory it may use, such as 512m or 2g",
                "A bare number is MB. Without it, what the daemon gives (1024)."));
        spec.addOption(Options.value(
                "--disk",
                "SIZE",
                "size of its disk, such as 10g",
                "A bare number is GB. Without it, what the daemon gives (8)."));
        spec.addOption(Options.value(
                "--pids-limit", "N", "processes and threads it may have", "Without it, what the daemon gives (4096)."));
        spec.addOption(Options.flag(
                "--network",
                "give it a network",
                "Without it the box has its own loopback interface and no other. With it, the box reaches out",
                "through the host; it cannot reach the host's loopback addresses, and nothing reaches in."));
    }

    static ResourceOptions read(ParseResult parsed, String image) {
        refuseNetworkName(parsed, image);
        return new ResourceOptions(
                Options.value(parsed, "--cpu").map(ResourceOptions::cpu),
                Options.value(parsed, "--memory").map(text -> size("--memory", text, Sizes::megabytes)),
                Options.value(parsed, "--disk").map(text -> size("--disk", text, Sizes::gigabytes)),
                Options.value(parsed, "--pids-limit").map(ResourceOptions::pids),
                parsed.hasMatchedOption("--network")
                        ? Optional.of(Options.has(parsed, "--network"))
                        : Optional.empty());
    }

    /** Elsewhere --network has a value, which here would be taken for the image. */
    private static void refuseNetworkName(ParseResult parsed, String image) {
        if (parsed.hasMatchedOption("--network") && NETWORKS.contains(image)) {
            throw new UsageException("--network has no value, and " + image + " is not an image")
                    .hint("with --network a box has a network, without it none");
        }
    }

    private static BigDecimal cpu(String text) {
        try {
            BigDecimal cpu = new BigDecimal(text);
            if (cpu.signum() > 0 && cpu.compareTo(BigDecimal.valueOf(4096)) <= 0) {
                return cpu;
            }
        } catch (NumberFormatException e) {
            // The message below says what a number looks like.
        }
        throw new UsageException(
                "bad value for --cpu: expected a number above 0 such as 0.5 or 2, got \"" + text + '"');
    }

    private static int pids(String text) {
        if (text.matches("[1-9]\\d{0,8}")) {
            return Integer.parseInt(text);
        }
        throw new UsageException("bad value for --pids-limit: expected a whole number above 0, got \"" + text + '"');
    }

    private static int size(String option, String text, ToIntFunction<String> parser) {
        try {
            return parser.applyAsInt(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("bad value for " + option + ": " + e.getMessage());
        }
    }
}

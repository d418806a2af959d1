package boxrun.cli.doctor;

import java.util.List;

/** The kernel's version, and what depends on it. */
final class KernelChecks {
    static final String NEWER = "sudo apt install linux-image-$(dpkg --print-architecture) && sudo reboot";

    private KernelChecks() {}

    static List<Finding> of(Machine machine) {
        String release = machine.text("/proc/sys/kernel/osrelease").orElse("(unknown)");
        Machine.Kernel kernel = machine.kernel();
        Finding version = kernel.isAtLeast(5, 11)
                ? Finding.ok("kernel", "Linux " + release)
                : Finding.failed("kernel", "Linux " + release + "; boxes need 5.11 or later", NEWER);
        if (!machine.isRoot()) {
            // Boxes of a user have the user's own ids on volumes: nothing is mapped.
            return List.of(version);
        }
        // Overlayfs takes layers that are mapped since 5.19: the image "host" of root is one.
        Finding mapped = kernel.isAtLeast(5, 19)
                ? Finding.ok("idmapped mounts", "for volumes and the image host of root's boxes")
                : Finding.warning(
                        "idmapped mounts",
                        kernel.isAtLeast(5, 12)
                                ? "Linux before 5.19 cannot map the owners of the image host"
                                : "Linux before 5.12 cannot map the owners of volumes",
                        NEWER);
        return List.of(version, mapped);
    }
}

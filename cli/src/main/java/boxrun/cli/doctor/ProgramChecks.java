package boxrun.cli.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs that boxes are made with. */
final class ProgramChecks {
    private static final String RUNTIME = "OCI runtime";
    private static final String NETWORK = "network";
    private static final String DISK = "limit of disks";

    private ProgramChecks() {}

    /** @param runtime the OCI runtime as the settings name it */
    static List<Finding> of(Machine machine, String runtime) {
        List<Finding> findings = new ArrayList<>();
        findings.add(runtime(machine, runtime));
        findings.add(busybox(machine));
        findings.add(network(machine));
        findings.add(disk(machine));
        return findings;
    }

    private static Finding runtime(Machine machine, String name) {
        Optional<Path> program = machine.program(name);
        if (program.isEmpty()) {
            return Finding.failed(
                    RUNTIME,
                    "there is no program " + name,
                    name.equals("crun") ? "sudo apt install crun" : "unset BOXRUN_RUNTIME && sudo apt install crun");
        }
        Machine.Answer answer = machine.programs().apply(List.of(program.get().toString(), "--version"));
        String version = answer.output().lines().findFirst().orElse("");
        return answer.code() == 0
                ? Finding.ok(RUNTIME, program.get() + ", " + version)
                : Finding.failed(
                        RUNTIME,
                        program.get() + " --version ended with " + answer.code() + ": " + version,
                        "sudo apt install --reinstall crun");
    }

    /** It is mounted into every box, also into those without a C library. */
    private static Finding busybox(Machine machine) {
        String install = "sudo apt install busybox-static";
        Optional<Path> program = machine.program("busybox");
        if (program.isEmpty()) {
            return Finding.failed("busybox", "there is no program busybox", install);
        }
        return isStatic(program.get())
                ? Finding.ok("busybox", program.get() + ", static")
                : Finding.warning(
                        "busybox",
                        program.get()
                                + " needs a C library: files cannot be copied into boxes that have none, or another",
                        install);
    }

    /** elf(5): a program that needs a dynamic loader names it in a program header of type PT_INTERP. */
    static boolean isStatic(Path program) {
        try (FileChannel file = FileChannel.open(program)) {
            ByteBuffer head = read(file, 0, 64);
            if (head.getInt(0) != 0x464c457f || head.get(4) != 2) {
                return false;
            }
            long headers = head.getLong(32);
            int size = Short.toUnsignedInt(head.getShort(54));
            int count = Short.toUnsignedInt(head.getShort(56));
            for (int i = 0; i < count; i++) {
                if (read(file, headers + (long) i * size, 4).getInt(0) == 3) {
                    return false;
                }
            }
            return true;
        } catch (IOException | IndexOutOfBoundsException notAProgram) {
            return false;
        }
    }

    private static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining() && file.read(bytes, position + bytes.position()) > 0) {
            // Until it is whole, or the file ends.
        }
        return bytes.flip();
    }

    private static Finding network(Machine machine) {
        Optional<Path> pasta = machine.program("pasta");
        if (pasta.isEmpty()) {
            return Finding.warning(
                    NETWORK, "there is no program pasta: --network is refused", "sudo apt install passt");
        }
        return Files.isWritable(machine.path("/dev/net/tun"))
                ? Finding.ok(NETWORK, pasta.get().toString())
                : Finding.warning(
                        NETWORK,
                        "this user may not open /dev/net/tun: --network is refused",
                        "sudo modprobe tun && sudo chmod 666 /dev/net/tun");
    }

    private static Finding disk(Machine machine) {
        if (!machine.isRoot()) {
            return Finding.warning(
                    DISK,
                    "only boxes of root have disks of a limited size; others are watched, and commands that take more ended",
                    "sudo boxrun create");
        }
        if (machine.program("mkfs.ext4").isEmpty()) {
            return Finding.warning(DISK, "there is no program mkfs.ext4", "sudo apt install e2fsprogs");
        }
        return machine.has("/dev/loop-control")
                ? Finding.ok(DISK, "mkfs.ext4 and loop devices")
                : Finding.warning(DISK, "there are no loop devices", "sudo modprobe loop");
    }
}

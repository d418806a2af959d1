package boxrun.cli.doctor;

import boxrun.cli.doctor.Machine.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A machine made of a few files, whose programs answer what a test wants. */
final class OtherMachine {
    private final Path root;
    private final Map<String, Answer> answers = new HashMap<>();

    /** A healthy Linux 6.1. */
    OtherMachine(Path root) {
        this.root = root;
        file("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n");
        file("/proc/filesystems", "nodev\toverlay\n");
        file("/etc/subuid", "ann:100000:65536\n");
        file("/etc/subgid", "ann:100000:65536\n");
        file("/dev/net/tun", "");
        for (String program : List.of("unshare", "newuidmap", "newgidmap", "crun", "busybox", "pasta", "mkfs.ext4")) {
            program(program);
        }
        answers("unshare", 0, "namespace\noverlay");
        answers("crun", 0, "crun version 1.8.1\ncommit: 1");
    }

    OtherMachine file(String path, String text) {
        try {
            Path file = root.resolve(path.substring(1));
            Files.createDirectories(Objects.requireNonNull(file.getParent()));
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    OtherMachine without(String path) {
        try {
            Files.delete(root.resolve(path.substring(1)));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void program(String name) {
        file("/usr/bin/" + name, "#!/bin/sh\n");
        try {
            Files.setPosixFilePermissions(
                    root.resolve("usr/bin/" + name), PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    OtherMachine answers(String program, int code, String output) {
        answers.put(program, new Answer(code, output));
        return this;
    }

    Machine of(long uid) {
        return new Machine(root, uid, uid == 0 ? "root" : "ann", Map.of("PATH", "/usr/bin"), words -> {
            String program = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
            return answers.getOrDefault(program, new Answer(-1, "no such program"));
        });
    }
}

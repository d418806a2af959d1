package boxrun.daemon.engine.container;

import boxrun.daemon.launcher.IdMap;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Empty file systems, one for each size that was asked for. A box's disk is a sparse copy of one, which takes a tenth
 * of the time of making it.
 */
final class DiskTemplates {
    private final Path cache;
    private final IdMap ids;

    DiskTemplates(Path cache, IdMap ids) {
        this.cache = cache;
        this.ids = ids;
    }

    /** An image of an empty file system that belongs to the box's root; made the first time. */
    Path of(int sizeGb, boolean ephemeral) {
        Path template = cache.resolve("disk-" + sizeGb + "g-" + ids.rootUser() + "-" + ids.rootGroup()
                + (ephemeral ? "-nojournal" : "") + ".ext4");
        if (!Files.exists(template)) {
            make(template, sizeGb, ephemeral);
        }
        return template;
    }

    private void make(Path template, int sizeGb, boolean ephemeral) {
        String tried = "make a disk of " + sizeGb + " GiB";
        Path mkfs = Programs.require("mkfs.ext4", tried, "e2fsprogs");
        Path partial = cache.resolve("disk-" + Thread.currentThread().threadId() + ".new");
        try {
            try (RandomAccessFile file = new RandomAccessFile(partial.toFile(), "rw")) {
                file.setLength((long) sizeGb << 30);
            }
            List<String> command = new ArrayList<>(List.of(mkfs.toString(), "-q", "-F", "-m", "0"));
            // A journal is worth its writes only when the disk must survive a crash of the host.
            command.addAll(ephemeral ? List.of("-O", "^has_journal") : List.of("-J", "size=16"));
            command.addAll(List.of(
                    "-E",
                    "lazy_itable_init=1,lazy_journal_init=1,nodiscard,root_owner=" + ids.rootUser() + ":"
                            + ids.rootGroup(),
                    partial.toString()));
            Commands.require(tried, command);
            Files.move(partial, template, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot " + tried, e);
        } finally {
            partial.toFile().delete();
        }
    }
}

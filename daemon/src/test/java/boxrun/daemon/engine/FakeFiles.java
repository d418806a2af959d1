package boxrun.daemon.engine;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.OptionalLong;
import java.util.Set;

/** The single files of {@link FakeEngine}. */
record FakeFiles(FakeMachine machine, BoxId box) {

    String write(String path, String name, InputStream content) {
        try {
            Path wanted = machine.inside(box, path);
            boolean directory = path.endsWith("/") || Files.isDirectory(wanted);
            if (directory && name.isEmpty()) {
                throw isDirectory("write", path);
            }
            Path file = directory ? wanted.resolve(name) : wanted;
            if (Files.isDirectory(file)) {
                throw isDirectory("write", path);
            }
            Files.createDirectories(file.getParent());
            Path partial = Files.createTempFile(file.getParent(), ".files-", "");
            try {
                Files.copy(content, partial, StandardCopyOption.REPLACE_EXISTING);
                Set<PosixFilePermission> mode = Files.exists(file)
                        ? Files.getPosixFilePermissions(file)
                        : PosixFilePermissions.fromString("rw-r--r--");
                Files.setPosixFilePermissions(partial, mode);
                Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(partial);
            }
            return directory ? path.replaceFirst("/*$", "/" + name) : path;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void read(String path, FileSink sink) {
        Path file = machine.inside(box, path);
        if (!Files.exists(file)) {
            throw new ProblemException(ErrorCode.FILE_NOT_FOUND, "there is no " + path + " in " + box);
        }
        if (Files.isDirectory(file)) {
            throw isDirectory("read", path);
        }
        try {
            Files.copy(file, sink.begin(OptionalLong.of(Files.size(file))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProblemException isDirectory(String action, String path) {
        return new ProblemException(
                ErrorCode.VALIDATION_ERROR, "cannot " + action + " " + path + ": it is a directory");
    }
}

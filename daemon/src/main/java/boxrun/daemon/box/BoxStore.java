package boxrun.daemon.box;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.store.DurableFile;
import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The boxes' directories and their records. A directory without a record is what a crash left of a box. */
final class BoxStore {
    private static final String RECORD = "box.json";
    private static final String REMOVED = "box.json.removed";

    private final Home home;

    /** What was found of a box: its record, or why it cannot be read; neither for a leftover. */
    record Found(BoxId id, Optional<BoxRecord> record, Optional<String> damage) {}

    BoxStore(Home home) {
        this.home = home;
    }

    Path directory(BoxId box) {
        return home.boxes().resolve(box.value());
    }

    void makeDirectory(BoxId box) {
        try {
            Files.createDirectories(directory(box));
        } catch (IOException e) {
            throw failure("make the directory " + directory(box), e);
        }
    }

    void save(BoxId box, BoxRecord record) {
        record(box).write(Json.WIRE.bytes(record));
    }

    /** From here a crash leaves no box, only a leftover. */
    void forget(BoxId box) {
        move(box, RECORD, REMOVED);
    }

    /** Takes back {@link #forget}. */
    void remember(BoxId box) {
        move(box, REMOVED, RECORD);
    }

    /** Removes what the engine has left of the directory. */
    void delete(BoxId box) {
        try {
            deleteTree(directory(box));
        } catch (IOException e) {
            throw failure("remove the directory " + directory(box), e);
        }
    }

    List<Found> all() {
        List<Found> found = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(home.boxes())) {
            for (Path directory : directories) {
                String name = String.valueOf(directory.getFileName());
                if (BoxId.isId(name) && Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
                    found.add(read(new BoxId(name)));
                }
            }
            return found;
        } catch (NoSuchFileException nothingYet) {
            return List.of();
        } catch (IOException e) {
            throw failure("list " + home.boxes(), e);
        }
    }

    private Found read(BoxId box) {
        try {
            DurableFile.sweep(directory(box));
            Optional<BoxRecord> record = record(box).read().map(bytes -> Json.WIRE.decode(bytes, BoxRecord.class));
            return new Found(box, record, Optional.empty());
        } catch (MalformedJsonException | ProblemException e) {
            return new Found(box, Optional.empty(), Optional.of("its record cannot be read: " + e.getMessage()));
        }
    }

    private DurableFile record(BoxId box) {
        return new DurableFile(directory(box).resolve(RECORD));
    }

    private void move(BoxId box, String from, String to) {
        try {
            Files.move(directory(box).resolve(from), directory(box).resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException hasNone) {
            return;
        } catch (IOException e) {
            throw failure("rename " + directory(box).resolve(from), e);
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        if (!Files.isDirectory(tree)) {
            return;
        }
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static ProblemException failure(String action, IOException cause) {
        return new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + action + ": " + cause).because(cause);
    }
}

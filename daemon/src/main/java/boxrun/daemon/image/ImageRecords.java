package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.oci.Digest;
import boxrun.daemon.store.DurableFile;
import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which images there are: one file per reference. A file that cannot be read is told in the log and left out. */
final class ImageRecords {
    private static final System.Logger LOG = System.getLogger(ImageRecords.class.getName());

    private final Path directory;

    private ImageRecords(Path directory) {
        this.directory = directory;
    }

    static ImageRecords open(Path root) {
        Path directory = root.resolve("references");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw failure(directory, e);
        }
        DurableFile.sweep(directory);
        return new ImageRecords(directory);
    }

    private DurableFile file(String reference) {
        Digest name = Sha256.of(reference.getBytes(StandardCharsets.UTF_8));
        return new DurableFile(directory.resolve(name.hex() + ".json"));
    }

    void put(ImageRecord record) {
        file(record.reference()).write(Json.WIRE.bytes(record));
    }

    void remove(ImageRecord record) {
        file(record.reference()).remove();
    }

    Optional<ImageRecord> find(String reference) {
        DurableFile file = file(reference);
        return read(file).filter(record -> record.reference().equals(reference));
    }

    /** By reference. */
    List<ImageRecord> all() {
        List<ImageRecord> records = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> file.toString().endsWith(".json"))
                    .forEach(file -> read(new DurableFile(file)).ifPresent(records::add));
        } catch (IOException e) {
            throw failure(directory, e);
        }
        records.sort(Comparator.comparing(ImageRecord::reference));
        return records;
    }

    private static Optional<ImageRecord> read(DurableFile file) {
        try {
            Optional<ImageRecord> record = file.read().map(text -> Json.WIRE.decode(text, ImageRecord.class));
            record.ifPresent(ImageRecord::diffIds); // fails when one is no digest
            return record;
        } catch (MalformedJsonException | IllegalArgumentException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "cannot read the record of an image in {0}: {1}",
                    file.path(),
                    e.getMessage());
            return Optional.empty();
        }
    }

    private static ProblemException failure(Path directory, IOException e) {
        return new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot read the images in " + directory + ": " + e)
                .because(e);
    }
}

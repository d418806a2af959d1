package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.launcher.Launcher;
import boxrun.daemon.oci.Digest;
import boxrun.daemon.store.DurableFile;
import boxrun.daemon.store.Failpoint;
import boxrun.json.Json;
import boxrun.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Unpacked layers, each once, by the digest of its uncompressed tar:
 *
 * <ul>
 *   <li>{@code layers/HEX}: the layer's files, owned by the ids of boxes.
 *   <li>{@code layers/HEX.json}: says that the directory is whole; written last, removed first. Until the files are
 *       known to be on the disk it holds only as long as the host runs.
 *   <li>{@code tmp/}: what is being unpacked. A directory without its record and everything in {@code tmp} are
 *       leftovers of a crash, swept when the store is opened.
 * </ul>
 */
final class LayerStore {
    private static final String RECORD = ".json";

    /**
     * What is in a layer's record.
     *
     * @param boot of the host, while a crash of it could still lose files of the layer; null afterwards
     */
    record Stored(String diffId, long bytes, @Nullable String boot) {}

    private final Path layers;
    private final Path temporary;
    private final Launcher launcher;
    private final Unpacker unpacker;
    private final LayerSync sync;
    private final AtomicLong counter = new AtomicLong();

    private LayerStore(Path root, Launcher launcher, LayerLimits limits) {
        this.layers = root.resolve("layers");
        this.temporary = root.resolve("tmp");
        this.launcher = launcher;
        this.unpacker = new Unpacker(launcher, limits);
        this.sync = new LayerSync(layers, this::synced);
    }

    /** Opens the store below a directory, making it when missing; nobody else may have it open. */
    static LayerStore open(Path root, Launcher launcher, LayerLimits limits) {
        LayerStore store = new LayerStore(root, launcher, limits);
        try {
            Files.createDirectories(store.layers);
            Files.createDirectories(store.temporary);
            store.sweep();
            return store;
        } catch (IOException e) {
            throw failure("open the image store " + root, e);
        }
    }

    private void sweep() throws IOException {
        DurableFile.sweep(layers);
        Set<String> whole = new HashSet<>();
        for (Layer layer : all()) {
            whole.add(layer.name());
            whole.add(layer.name() + RECORD);
        }
        for (Path entry : entries(layers)) {
            if (!whole.contains(String.valueOf(entry.getFileName()))) {
                removeTree(entry);
            }
        }
        for (Path entry : entries(temporary)) {
            removeTree(entry);
        }
    }

    /** The directory in which the layers' directories stand. */
    Path directory() {
        return layers;
    }

    /** Where files may be put that are of no use after this process has ended. */
    Path temporary() {
        return temporary;
    }

    Optional<Layer> find(Digest diffId) {
        Path record = layers.resolve(diffId.hex() + RECORD);
        Optional<byte[]> content = new DurableFile(record).read();
        if (content.isEmpty() || !Files.isDirectory(layers.resolve(diffId.hex()))) {
            return Optional.empty();
        }
        try {
            Stored stored = Json.WIRE.decode(content.get(), Stored.class);
            boolean lasts = stored.boot() == null || stored.boot().equals(sync.boot());
            return lasts && stored.diffId().equals(diffId.value())
                    ? Optional.of(new Layer(diffId, stored.bytes()))
                    : Optional.empty();
        } catch (MalformedJsonException e) {
            return Optional.empty();
        }
    }

    List<Layer> all() {
        try {
            return entries(layers).stream()
                    .map(path -> String.valueOf(path.getFileName()))
                    .filter(name -> name.matches("[0-9a-f]{64}\\.json"))
                    .map(name -> new Digest("sha256:" + name.substring(0, 64)))
                    .flatMap(diffId -> find(diffId).stream())
                    .toList();
        } catch (IOException e) {
            throw failure("list the layers in " + layers, e);
        }
    }

    private void write(Layer layer, @Nullable String boot) {
        new DurableFile(layers.resolve(layer.name() + RECORD))
                .write(Json.WIRE.bytes(new Stored(layer.diffId().value(), layer.bytes(), boot)));
    }

    private void synced(Layer layer) {
        if (find(layer.diffId()).isPresent()) {
            write(layer, null);
        }
    }

    /** Waits until what was published is on the disk. */
    void close() {
        sync.close();
    }

    /** A layer that is unpacked and verified but not yet visible. Closing it without {@link #publish} removes it. */
    final class Unpacked implements AutoCloseable {
        private final Layer layer;
        private final Path directory;

        private Unpacked(Layer layer, Path directory) {
            this.layer = layer;
            this.directory = directory;
        }

        /** Makes the layer visible, for good. */
        Layer publish() {
            Failpoint.reached("layer.unpacked");
            Path home = layers.resolve(layer.name());
            try {
                removeTree(home); // left by a crash between the two steps below
                Files.move(directory, home, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                throw failure("keep layer " + layer.diffId(), e);
            }
            Failpoint.reached("layer.moved");
            write(layer, sync.boot());
            Failpoint.reached("layer.recorded");
            sync.soon(layer);
            return layer;
        }

        @Override
        public void close() {
            removeTree(directory);
        }
    }

    /**
     * Unpacks a layer.
     *
     * @throws LayerException when the layer is damaged, refused, or not the one with this digest
     * @throws IOException when the stream fails
     */
    Unpacked unpack(Digest diffId, InputStream compressed) throws IOException {
        Path directory = temporary.resolve("layer-" + counter.incrementAndGet());
        Files.createDirectory(directory);
        boolean done = false;
        try {
            Unpacked unpacked =
                    new Unpacked(new Layer(diffId, unpacker.unpack(diffId, compressed, directory)), directory);
            done = true;
            return unpacked;
        } finally {
            if (!done) {
                removeTree(directory);
            }
        }
    }

    /** Removes a layer. Boxes that have it mounted must not be there any more. */
    void remove(Layer layer) {
        new DurableFile(layers.resolve(layer.name() + RECORD)).remove();
        removeTree(layers.resolve(layer.name()));
    }

    /** Through the launcher: the files belong to ids of boxes. It works also while the thread is being interrupted. */
    private void removeTree(Path path) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            launcher.run("remove " + path, "remove", List.of(path.toString()));
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }

    private static ProblemException failure(String tried, IOException e) {
        return new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": " + e).because(e);
    }
}

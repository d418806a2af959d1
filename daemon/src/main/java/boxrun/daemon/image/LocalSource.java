package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.PullProgress;
import boxrun.api.PullProgress.Phase;
import boxrun.daemon.image.ImageReference.Local.Form;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Takes in images from archives and layouts on this machine's disk. */
final class LocalSource {
    private final LayerStore store;
    private final LayerIntake intake;
    private final LayerLimits limits;

    LocalSource(LayerStore store, LayerIntake intake, LayerLimits limits) {
        this.store = store;
        this.intake = intake;
        this.limits = limits;
    }

    /** The one image that a reference names. */
    ImageRecord take(ImageReference.Local reference, PullListener listener) throws InterruptedException {
        listener.progress(new PullProgress(Phase.RESOLVING, null, 0, 0));
        try (FileTree tree = open(reference)) {
            List<LocalImageSource> images =
                    reference.form() == Form.DOCKER_ARCHIVE ? DockerArchive.images(tree) : OciLayout.images(tree);
            return take(reference.toString(), select(reference, images), listener);
        } catch (IOException e) {
            throw failed(reference.toString(), e);
        }
    }

    private FileTree open(ImageReference.Local reference) throws IOException {
        Path path = reference.path();
        boolean wantsDirectory = reference.form() == Form.OCI_DIRECTORY;
        if (Files.exists(path) && Files.isDirectory(path) != wantsDirectory) {
            throw new LayerException(wantsDirectory ? "it is not a directory" : "it is a directory");
        }
        if (wantsDirectory) {
            if (!Files.exists(path)) {
                throw new NoSuchFileException(path.toString());
            }
            return new DirectoryTree(path);
        }
        return TarTree.open(path, store.temporary(), limits);
    }

    private static LocalImageSource select(ImageReference.Local reference, List<LocalImageSource> images) {
        List<LocalImageSource> named = images.stream()
                .filter(image -> reference.name().isEmpty()
                        || image.names().stream()
                                .anyMatch(name -> isSame(
                                        reference.form(), name, reference.name().get())))
                .toList();
        if (named.size() == 1) {
            return named.getFirst();
        }
        String what = images.isEmpty() ? "no image for this machine" : images.size() + " images";
        String names = images.stream().flatMap(image -> image.names().stream()).collect(Collectors.joining(", "));
        throw new ProblemException(
                        named.isEmpty() ? ErrorCode.IMAGE_NOT_FOUND : ErrorCode.VALIDATION_ERROR,
                        "image: " + reference.form().prefix() + ":" + reference.path() + " has " + what
                                + (reference.name().isEmpty()
                                        ? ""
                                        : ", but not one " + reference.name().get()))
                .hint(names.isEmpty() ? "write one in with: skopeo copy" : "say which one after a colon: " + names);
    }

    /** Layouts name images by a tag or in full, archives of docker in full. */
    private static boolean isSame(Form form, String name, String wanted) {
        return switch (form) {
            case DOCKER_ARCHIVE -> name.equals(wanted) || fullName(name).equals(fullName(wanted));
            case OCI_ARCHIVE, OCI_DIRECTORY -> name.equals(wanted) || name.endsWith(":" + wanted);
        };
    }

    private static Optional<String> fullName(String name) {
        try {
            return ImageReference.parse(name) instanceof ImageReference.Remote remote
                    ? Optional.of(remote.toString())
                    : Optional.empty();
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    /** All images of an archive, of whatever form, under the names that it gives them. */
    List<ImageRecord> load(InputStream archive, PullListener listener) throws InterruptedException {
        listener.progress(new PullProgress(Phase.RESOLVING, null, 0, 0));
        try {
            Path spool = Files.createTempFile(store.temporary(), "load-", ".tar");
            try {
                try (var out = Files.newOutputStream(spool)) {
                    archive.transferTo(out);
                }
                return load(spool, listener);
            } finally {
                Files.deleteIfExists(spool);
            }
        } catch (IOException e) {
            throw failed("the archive", e);
        }
    }

    private List<ImageRecord> load(Path spool, PullListener listener) throws IOException, InterruptedException {
        List<ImageRecord> records = new ArrayList<>();
        try (FileTree tree = TarTree.open(spool, store.temporary(), limits)) {
            for (LocalImageSource image : images(tree)) {
                List<String> names = namesToLoad(image);
                for (String name : names.isEmpty() ? List.of(image.digest().value()) : names) {
                    records.add(take(name, image, listener));
                }
            }
        }
        if (records.isEmpty()) {
            throw new LayerException("it has no image for this machine");
        }
        return records;
    }

    /** Beside a name in full, a bare tag is a part of it and not a name. */
    private static List<String> namesToLoad(LocalImageSource image) {
        List<String> complete =
                image.names().stream().filter(name -> name.matches(".*[/:].*")).toList();
        return (complete.isEmpty() ? image.names() : complete)
                .stream().flatMap(name -> fullName(name).stream()).distinct().toList();
    }

    private static List<LocalImageSource> images(FileTree tree) throws IOException {
        if (isThere(tree, DockerArchive.MANIFEST)) {
            return DockerArchive.images(tree);
        }
        if (isThere(tree, OciLayout.INDEX)) {
            return OciLayout.images(tree);
        }
        throw new LayerException("it has neither " + DockerArchive.MANIFEST + " nor " + OciLayout.INDEX);
    }

    private static boolean isThere(FileTree tree, String path) throws IOException {
        Optional<InputStream> file = tree.open(path);
        if (file.isPresent()) {
            file.get().close();
        }
        return file.isPresent();
    }

    private ImageRecord take(String reference, LocalImageSource image, PullListener listener)
            throws InterruptedException {
        List<Layer> layers = Parallel.map(
                image.layers(),
                layer -> intake.obtain(layer.diffId(), layer.diffId(), listener, all -> unpack(reference, layer, all)));
        return ImageRecord.of(reference, image.digest(), image.config(), layers, Instant.now());
    }

    private Layer unpack(String reference, LocalImageSource.LayerFile layer, PullListener listener)
            throws InterruptedException {
        String shown = layer.diffId().value();
        listener.progress(new PullProgress(Phase.UNPACKING, shown, 0, 0));
        try (InputStream content = layer.open();
                LayerStore.Unpacked unpacked = store.unpack(layer.diffId(), content)) {
            Layer published = unpacked.publish();
            listener.progress(new PullProgress(Phase.DONE, shown, published.bytes(), published.bytes()));
            return published;
        } catch (ProblemException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        } catch (IOException e) {
            throw failed("layer " + shown + " of " + reference, e);
        }
    }

    private static ProblemException failed(String what, IOException e) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        String text = "image: cannot read " + what + ": ";
        return switch (e) {
            case NoSuchFileException missing ->
                new ProblemException(ErrorCode.VALIDATION_ERROR, "image: there is no " + missing.getFile())
                        .hint("check the path");
            case AccessDeniedException denied ->
                new ProblemException(ErrorCode.VALIDATION_ERROR, text + "permission denied")
                        .hint("make it readable for the user that runs boxrun");
            case LayerException refused ->
                new ProblemException(ErrorCode.VALIDATION_ERROR, text + refused.message())
                        .hint("write it again with: docker save, podman save or skopeo copy");
            default -> new ProblemException(ErrorCode.RUNTIME_ERROR, text + e.getMessage());
        };
    }
}

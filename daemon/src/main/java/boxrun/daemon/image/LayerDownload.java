package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.PullProgress;
import boxrun.api.PullProgress.Phase;
import boxrun.daemon.oci.Descriptor;
import boxrun.daemon.oci.Digest;
import boxrun.daemon.registry.BlobSink;
import boxrun.daemon.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Downloads one layer and unpacks it while it comes. What has come is kept when it breaks, for the next attempt. */
final class LayerDownload {
    private static final long STEP = 512 * 1024;
    private static final Duration KEPT = Duration.ofDays(7);

    private final Registry registry;
    private final LayerStore store;
    private final Path partial;

    private LayerDownload(Registry registry, LayerStore store, Path partial) {
        this.registry = registry;
        this.store = store;
        this.partial = partial;
    }

    /** @param partial the directory of blobs that have not come whole; those that nobody came back for are removed */
    static LayerDownload into(Path partial, Registry registry, LayerStore store) {
        Instant old = Instant.now().minus(KEPT);
        try {
            Files.createDirectories(partial);
            try (Stream<Path> blobs = Files.list(partial)) {
                for (Path blob : blobs.toList()) {
                    if (Files.getLastModifiedTime(blob).toInstant().isBefore(old)) {
                        Files.delete(blob);
                    }
                }
            }
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot open " + partial + ": " + e).because(e);
        }
        return new LayerDownload(registry, store, partial);
    }

    Layer get(ImageReference.Remote image, Descriptor blob, Digest diffId, PullListener listener)
            throws InterruptedException {
        Path path = partial.resolve(blob.digest().hex());
        boolean again = true;
        while (true) {
            try (BlobFile file = BlobFile.open(path, blob, progress(blob, listener))) {
                try {
                    return get(image, blob, diffId, file, listener);
                } catch (LayerException e) {
                    file.delete();
                    // A file that lay here since before a crash may itself be what is damaged.
                    if (!file.isTakenUp() || !again) {
                        throw refused(image, blob, e);
                    }
                    again = false;
                } catch (BlobSink.SinkException e) {
                    file.delete(); // most often because the disk is full
                    throw e;
                } catch (ProblemException e) {
                    if (e.code() == ErrorCode.RUNTIME_ERROR
                            && !Thread.currentThread().isInterrupted()) {
                        file.delete();
                    }
                    throw e;
                }
            } catch (ProblemException e) {
                if (cancelled()) {
                    throw new InterruptedException();
                }
                throw e;
            } catch (IOException e) {
                if (cancelled()) {
                    throw new InterruptedException();
                }
                throw new ProblemException(
                                ErrorCode.RUNTIME_ERROR,
                                "could not keep layer " + blob.digest() + " of " + image + ": " + e.getMessage())
                        .hint("check the disk of the state directory")
                        .because(e);
            }
        }
    }

    /** What an interrupt has caused is not a failure of the layer, for which others may be waiting. */
    private static boolean cancelled() {
        return Thread.interrupted();
    }

    private Layer get(ImageReference.Remote image, Descriptor blob, Digest diffId, BlobFile file, PullListener listener)
            throws IOException, InterruptedException {
        Transfer transfer = new Transfer(image, blob, file);
        try (LayerStore.Unpacked unpacked = store.unpack(diffId, file.reader())) {
            transfer.await();
            listener.progress(new PullProgress(Phase.UNPACKING, blob.digest().value(), blob.size(), blob.size()));
            Layer layer = unpacked.publish();
            file.delete();
            listener.progress(new PullProgress(Phase.DONE, blob.digest().value(), blob.size(), blob.size()));
            return layer;
        } catch (LayerException e) {
            if (e.isDamage()) {
                transfer.await(); // a wrong digest says better whose fault it is
            }
            throw e;
        } catch (IOException e) {
            if (!Thread.currentThread().isInterrupted()) {
                transfer.await(); // the reader's failure is only the echo of the transfer's
            }
            throw e;
        } finally {
            transfer.cancel();
        }
    }

    private static LongConsumer progress(Descriptor blob, PullListener listener) {
        return new LongConsumer() {
            private long told;

            @Override
            public void accept(long bytes) {
                if (bytes - told >= STEP || bytes == blob.size()) {
                    told = bytes;
                    listener.progress(
                            new PullProgress(Phase.DOWNLOADING, blob.digest().value(), bytes, blob.size()));
                }
            }
        };
    }

    private static ProblemException refused(ImageReference.Remote image, Descriptor blob, LayerException e) {
        return new ProblemException(
                        ErrorCode.IMAGE_PULL_FAILED,
                        "could not pull layer " + blob.digest() + " of " + image + ": " + e.message())
                .hint("the image is damaged or not meant to be unpacked: get it from where it was made")
                .because(e);
    }

    /** The thread that fills the file. */
    private final class Transfer {
        private final Thread thread;
        private volatile @Nullable Exception failure;

        Transfer(ImageReference.Remote image, Descriptor blob, BlobFile file) {
            thread = Thread.ofVirtual().name("download").start(() -> {
                try {
                    registry.blob(image.registry(), image.repository(), blob, file);
                    file.verify();
                } catch (InterruptedException | RuntimeException | BlobSink.SinkException | LayerException e) {
                    failure = e;
                    file.fail(new IOException("the transfer failed", e));
                }
            });
        }

        /** Waits for the verified end. */
        void await() throws IOException, InterruptedException {
            thread.join();
            switch (failure) {
                case null -> {}
                case IOException broken -> throw broken;
                case RuntimeException problem -> throw problem;
                case Exception interrupted -> throw new InterruptedException(interrupted.getMessage());
            }
        }

        void cancel() {
            thread.interrupt();
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

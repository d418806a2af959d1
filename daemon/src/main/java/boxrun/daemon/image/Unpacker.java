package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.launcher.IdExtent;
import boxrun.daemon.launcher.IdMap;
import boxrun.daemon.launcher.Launcher;
import boxrun.daemon.oci.Digest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.List;
import java.util.zip.ZipException;

/** Unpacks a layer into a directory: parsed and checked here, written by the launcher inside the user namespace. */
final class Unpacker {
    private static final System.Logger LOG = System.getLogger(Unpacker.class.getName());

    private final Launcher launcher;
    private final LayerLimits limits;

    Unpacker(Launcher launcher, LayerLimits limits) {
        this.launcher = launcher;
        this.limits = limits;
    }

    /**
     * Unpacks into an empty directory.
     *
     * @return the bytes of all files
     * @throws LayerException when the layer is damaged, refused, or not the one with this digest
     * @throws IOException when the stream fails
     * @throws ProblemException when this machine cannot take it
     */
    long unpack(Digest diffId, InputStream compressed, Path directory) throws IOException {
        String tried = "unpack layer " + diffId;
        Process process = launcher.start("unpack", List.of(directory.toString()));
        try {
            DigestInputStream tar = new DigestInputStream(Decompression.of(compressed), Sha256.start());
            LayerReader.Contents contents;
            try {
                contents = new LayerReader(new UnpackRecords(process.getOutputStream()), limits, maxId()).read(tar);
            } catch (UnpackRecords.ReceiverGone e) {
                throw failed(tried, process);
            } catch (EOFException | ZipException e) {
                throw LayerException.damaged("it is damaged or cut off: " + e.getMessage());
            }
            launcher.finish(tried, process);
            Digest found = Sha256.digest(tar.getMessageDigest());
            if (!found.equals(diffId)) {
                throw new LayerException("its content has the digest " + found + " instead");
            }
            if (contents.devices() > 0) {
                LOG.log(System.Logger.Level.INFO, "{0}: left out {1} device nodes", diffId, contents.devices());
            }
            return contents.bytes();
        } catch (ProblemException e) {
            throw refined(e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A box with one id has all files belong to it, whatever the layer says. */
    private long maxId() {
        IdMap ids = launcher.ids();
        if (!ids.complete()) {
            return (1L << 32) - 2;
        }
        return Math.min(last(ids.users()), last(ids.groups()));
    }

    private static long last(List<IdExtent> extents) {
        return extents.stream()
                .mapToLong(extent -> extent.inside() + extent.count() - 1)
                .max()
                .orElse(0);
    }

    private IOException failed(String tried, Process process) {
        launcher.finish(tried, process);
        return new IOException("the launcher ended before the layer did");
    }

    /** Tells whose fault it is: what a layer can cause is told as the layer's. */
    private static ProblemException refined(ProblemException problem) throws LayerException {
        String words = problem.message();
        int colon = words.indexOf(": ");
        String step = colon < 0 ? words : words.substring(colon + 2);
        if (step.startsWith("reach ") || step.startsWith("make the hard link ")) {
            throw new LayerException("cannot " + step);
        }
        if (words.endsWith("No space left on device") || words.endsWith("Disk quota exceeded")) {
            return new ProblemException(ErrorCode.RUNTIME_ERROR, words)
                    .hint("make room on the disk of the state directory, or remove images: boxrun rmi IMAGE")
                    .because(problem);
        }
        return problem;
    }
}

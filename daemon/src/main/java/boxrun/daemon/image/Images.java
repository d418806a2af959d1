package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.Image;
import boxrun.api.ProblemException;
import boxrun.api.PullPolicy;
import boxrun.daemon.oci.ImageConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The images of this machine, and how they get here. All methods block and may be called from any (virtual) thread.
 * Failures are {@link ProblemException}: {@code VALIDATION_ERROR} for a reference or path that cannot be right,
 * {@code IMAGE_NOT_FOUND} when whoever was asked has no such image, {@code IMAGE_PULL_FAILED} otherwise.
 */
public final class Images {

    /**
     * Makes an image ready to be launched. Interrupting the thread cancels it; what was downloaded until then is kept
     * for the next attempt, and no half-unpacked layer is ever visible.
     *
     * @param reference as a user writes it, aliases included
     */
    public LocalImage resolve(String reference, PullPolicy policy, PullListener listener) {
        ImageReference parsed = ImageReference.parse(ImageAliases.expand(reference));
        return switch (parsed) {
            case ImageReference.Host host ->
                new LocalImage(host.toString(), "", ImageConfig.Defaults.NONE, new Rootfs.Host());
            case ImageReference.Directory directory ->
                new LocalImage(
                        directory.toString(), "", ImageConfig.Defaults.NONE, new Rootfs.Directory(check(directory)));
            case ImageReference.Remote remote -> throw notYet(remote, policy);
            case ImageReference.Stored stored -> throw notYet(stored, policy);
            case ImageReference.Local local -> throw notYet(local, policy);
        };
    }

    /** The images in the store. */
    public List<Image> list() {
        return List.of();
    }

    /** Takes in all images of an archive that {@code docker save} or {@code skopeo copy … oci-archive:} wrote. */
    public List<Image> load(InputStream archive, PullListener listener) {
        List<Image> loaded = list();
        if (loaded.isEmpty()) {
            throw new ProblemException(ErrorCode.UNSUPPORTED, "archives cannot be loaded yet");
        }
        return loaded;
    }

    /** Forgets an image, and removes its layers that nothing else uses. */
    public void remove(String reference) {
        if (list().stream().noneMatch(image -> image.reference().equals(reference))) {
            throw new ProblemException(ErrorCode.IMAGE_NOT_FOUND, "there is no image " + reference);
        }
    }

    /** Short names and what they stand for. */
    public Map<String, String> aliases() {
        return ImageAliases.all();
    }

    private static Path check(ImageReference.Directory directory) {
        try {
            Path real = directory.path().toRealPath();
            if (!Files.isDirectory(real)) {
                throw new ProblemException(ErrorCode.VALIDATION_ERROR, "image: " + real + " is not a directory");
            }
            return real;
        } catch (NoSuchFileException e) {
            throw new ProblemException(ErrorCode.VALIDATION_ERROR, "image: there is no directory " + directory.path())
                    .hint("give the directory of an unpacked root file system");
        } catch (IOException e) {
            throw new ProblemException(
                    ErrorCode.VALIDATION_ERROR, "image: cannot read " + directory.path() + ": " + e.getMessage());
        }
    }

    private static ProblemException notYet(ImageReference reference, PullPolicy policy) {
        return new ProblemException(ErrorCode.UNSUPPORTED, "cannot get " + reference + " yet (" + policy + ")");
    }
}

package boxrun.daemon.image;

import boxrun.daemon.oci.Digest;
import boxrun.daemon.oci.ImageConfig;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/**
 * One image in an archive or a layout.
 *
 * @param names as which it may be known, in full
 * @param digest of the manifest, or of the configuration where there is none
 */
record LocalImageSource(List<String> names, Digest digest, ImageConfig config, List<LayerFile> layers) {

    /** A layer, compressed or not. */
    record LayerFile(Digest diffId, FileTree tree, String path) {
        InputStream open() throws IOException {
            return tree.open(path).orElseThrow(() -> new LayerException("it has no " + path));
        }
    }

    LocalImageSource {
        names = List.copyOf(names);
        layers = List.copyOf(layers);
    }
}

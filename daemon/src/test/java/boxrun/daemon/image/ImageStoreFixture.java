package boxrun.daemon.image;

import boxrun.daemon.launcher.IdMapDetection;
import boxrun.daemon.launcher.Launcher;
import boxrun.daemon.registry.RegistrySettings;
import boxrun.daemon.testing.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Opens a store of images for a test. */
final class ImageStoreFixture {
    static final RegistrySettings.Patience HASTE = new RegistrySettings.Patience(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(2), 2, Duration.ofMillis(20));

    private ImageStoreFixture() {}

    static Launcher launcher() {
        return new Launcher(Programs.nativePrograms(), IdMapDetection.ofThisProcess());
    }

    static Images open(Path directory) {
        return open(directory, settings(Map.of()));
    }

    static Images open(Path directory, RegistrySettings settings) {
        return Images.open(directory, launcher(), settings, LayerLimits.USUAL, Set::of);
    }

    static RegistrySettings settings(Map<String, String> environment) {
        return new RegistrySettings(Map.of(), Set.of(), environment, HASTE);
    }

    /** The directory of a layer of an image. */
    static Path layer(LocalImage image, int number) {
        if (image.rootfs() instanceof Rootfs.Layers layers) {
            return layers.store().resolve(layers.names().get(number));
        }
        throw new AssertionError("not made of layers: " + image);
    }
}

package boxrun.daemon.image;

import boxrun.daemon.launcher.IdMapDetection;
import boxrun.daemon.launcher.Launcher;
import boxrun.daemon.registry.RegistrySettings;
import boxrun.daemon.testing.Programs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Opens stores of images for a test, and closes them after it. */
final class ImageStoreFixture implements AfterEachCallback {
    static final RegistrySettings.Patience HASTE = new RegistrySettings.Patience(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(2), 2, Duration.ofMillis(20));

    private final List<Images> opened = new CopyOnWriteArrayList<>();

    @Override
    public void afterEach(ExtensionContext context) {
        opened.forEach(Images::close);
    }

    static Launcher launcher() {
        return new Launcher(Programs.nativePrograms(), IdMapDetection.ofThisProcess());
    }

    Images open(Path directory) {
        return open(directory, settings(Map.of()));
    }

    Images open(Path directory, RegistrySettings settings) {
        return open(directory, settings, LayerLimits.USUAL, Set::of);
    }

    Images open(Path directory, RegistrySettings settings, LayerLimits limits, Supplier<Set<String>> inUse) {
        Images images = Images.open(directory, launcher(), settings, limits, inUse);
        opened.add(images);
        return images;
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

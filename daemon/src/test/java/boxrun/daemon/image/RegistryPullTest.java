package boxrun.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.PullPolicy;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.OciLayoutBuilder.Compression;
import boxrun.daemon.testing.RegistryServer;
import boxrun.daemon.testing.TarBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Pulls from a real registry. */
@Timeout(60)
class RegistryPullTest {
    @TempDir
    private static Path shared;

    private static RegistryServer registry;

    @TempDir
    private Path state;

    @BeforeAll
    static void start() throws Exception {
        registry = RegistryServer.start(shared.resolve("registry"));
    }

    @AfterAll
    static void stop() throws Exception {
        registry.close();
    }

    @Test
    void anImageIsPulledWithItsLayersInOrder() throws Exception {
        OciLayoutBuilder layout = new OciLayoutBuilder(shared.resolve("two"));
        layout.layer(new TarBuilder().file("a", "lower").build(), Compression.GZIP);
        layout.layer(new TarBuilder().file("a", "upper").build(), Compression.ZSTD);
        layout.layer(new TarBuilder().file("b", "plain").build(), Compression.NONE);
        String digest = layout.tag("1");
        registry.push("oci:" + shared.resolve("two") + ":1", "team/two:1", "--preserve-digests");
        Images images = ImageStoreFixture.open(state);
        LocalImage image = images.resolve(registry.host() + "/team/two:1", PullPolicy.MISSING, PullListener.NONE);
        assertThat(image.digest()).isEqualTo(digest);
        assertThat(image.defaults().env()).isEqualTo(Map.of("PATH", "/bin", "LANG", "C"));
        assertThat(Files.readString(ImageStoreFixture.layer(image, 0).resolve("a")))
                .isEqualTo("lower");
        assertThat(Files.readString(ImageStoreFixture.layer(image, 1).resolve("a")))
                .isEqualTo("upper");
        assertThat(Files.readString(ImageStoreFixture.layer(image, 2).resolve("b")))
                .isEqualTo("plain");
    }
}

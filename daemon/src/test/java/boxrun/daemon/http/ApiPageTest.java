package boxrun.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.daemon.testing.ApiDocument;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.OciLayoutBuilder;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.RegistryServer;
import boxrun.daemon.testing.TarBuilder;
import boxrun.http.Address;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/api.md shows is what happens: its examples are one story, with a real daemon and a real registry. */
@Timeout(300)
class ApiPageTest {
    private static final Path PAGE = Path.of(System.getProperty("boxrun.checkout", ".."), "docs/api.md");

    @TempDir
    Path directory;

    @Test
    void everyExampleIsAnsweredAsThePageShowsAndEveryEndpointHasOne() throws Exception {
        List<String> differences = new ArrayList<>();
        Set<String> shown = new TreeSet<>();
        try (RegistryServer registry = RegistryServer.start(directory.resolve("registry"));
                DaemonProcess daemon = new DaemonProcess()) {
            images(registry);
            daemon.with("BOXRUN_REGISTRY_MIRRORS", "docker.io=http://" + registry.host())
                    .start();
            ExampleRun run = new ExampleRun(new Address.Unix(daemon.socket()), directory);
            for (PageExample example : PageExample.of(PAGE)) {
                run.differences(example).forEach(difference -> differences.add(example + ": " + difference));
                shown.add(run.route(example));
            }
            daemon.awaitEnd();
            assertThat(String.join("\n", differences)).isEmpty();
            assertThat(shown).isEqualTo(ApiDocument.OURS.routes());
        }
    }

    /** An image in the registry, and an archive of another. */
    private void images(RegistryServer registry) throws Exception {
        Path layout = directory.resolve("layout");
        new OciLayoutBuilder(layout)
                .layer(new TarBuilder().file("etc/hello", "hello").build(), OciLayoutBuilder.Compression.GZIP)
                .tag("1");
        registry.push("oci:" + layout + ":1", "library/alpine:3.20");
        Programs.run(
                "skopeo",
                "copy",
                "--insecure-policy",
                "--quiet",
                "oci:" + layout + ":1",
                "docker-archive:" + directory.resolve("image.tar") + ":example/app:1");
    }
}

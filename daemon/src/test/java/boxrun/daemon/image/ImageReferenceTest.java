package boxrun.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a user may write for an image, by docker's rules and boxrun's prefixes. */
@Timeout(20)
class ImageReferenceTest {
    private static final String HEX = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    @ParameterizedTest
    @CsvSource({
        "ubuntu, docker.io/library/ubuntu:latest",
        "ubuntu:24.04, docker.io/library/ubuntu:24.04",
        "team/app, docker.io/team/app:latest",
        "docker.io/ubuntu, docker.io/library/ubuntu:latest",
        "docker.io/library/ubuntu:1, docker.io/library/ubuntu:1",
        "index.docker.io/library/ubuntu:1, docker.io/library/ubuntu:1",
        "registry.example/x, registry.example/x:latest",
        "registry.example:5000/x/y/z:v1.0_a-b, registry.example:5000/x/y/z:v1.0_a-b",
        "localhost/x, localhost/x:latest",
        "localhost:5000, docker.io/library/localhost:5000",
        "127.0.0.1:5000/x:1, 127.0.0.1:5000/x:1",
        "[::1]:5000/x:1, [::1]:5000/x:1",
        "Host/x:1, Host/x:1",
        "e_f/a__b--c.d:1, docker.io/e_f/a__b--c.d:1",
    })
    void aNameIsThatOfOneImageInOneRegistry(String written, String full) {
        ImageReference reference = ImageReference.parse(written);
        assertThat(reference).hasToString(full);
        assertThat(ImageReference.parse(full)).as("its text means the same").isEqualTo(reference);
    }

    @Test
    void aDigestDecidesAndATagBesideItIsALabel() {
        ImageReference.Remote both = (ImageReference.Remote) ImageReference.parse("team/app:1@sha256:" + HEX);
        assertThat(both.tag()).isEqualTo(Optional.of("1"));
        assertThat(both.version()).isEqualTo("sha256:" + HEX);
        ImageReference.Remote alone = (ImageReference.Remote) ImageReference.parse("team/app@sha256:" + HEX);
        assertThat(alone.tag()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "host, host",
        "rootfs:/srv/../srv/root, rootfs:/srv/root",
        "docker-archive:/a.tar, docker-archive:/a.tar",
        "docker-archive:/a.tar:team/app:1, docker-archive:/a.tar:team/app:1",
        "oci:/layout:tag, oci:/layout:tag",
        "oci-archive:/a.tar, oci-archive:/a.tar",
    })
    void aPrefixNamesWhatIsOnThisMachine(String written, String full) {
        ImageReference reference = ImageReference.parse(written);
        assertThat(reference).hasToString(full);
        assertThat(ImageReference.parse(full)).isEqualTo(reference);
    }

    @Test
    void onlyAWholeNameIsAnAlias() {
        assertThat(ImageAliases.expand("python")).isEqualTo("python:3.12-slim");
        assertThat(ImageAliases.expand("python:3")).isEqualTo("python:3");
        assertThat(ImageAliases.of("docker.io/library/ubuntu:24.04")).containsExactly("default", "ubuntu");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "UPPER",
                "docker.io/Upper",
                "-x",
                "x-",
                "a..b",
                "a//b",
                "/a",
                "a/",
                "x:",
                "x:a b",
                "x:.tag",
                "x@",
                "x@sha256:12",
                "x@sha512:" + HEX,
                "ho st/x",
                "host.example:99999/x",
                "host.example:/x",
                "sha256:12",
                HEX,
                "rootfs:",
                "rootfs:relative",
                "oci:relative:tag",
                "docker-archive:/a.tar:",
                "http://registry.example/x",
                "x\u0000y",
                "ubuntu\n",
            })
    void whatIsNoReferenceIsRefusedWithTheReasonAndAnExample(String written) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ImageReference.parse(written))
                .satisfies(problem -> {
                    assertThat(problem.code()).isEqualTo(ErrorCode.VALIDATION_ERROR);
                    assertThat(problem.message()).startsWith("image: ").contains("is not an image reference: ");
                    assertThat(problem.hint()).isPresent();
                });
    }

    @Test
    void aNameInCapitalsIsToldHowToWriteIt() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ImageReference.parse("Team/App:1"))
                .satisfies(problem -> assertThat(problem.hint()).contains("write it as team/app:1"));
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ImageReference.parse("docker.io/My App"))
                .satisfies(problem -> assertThat(problem.hint().orElseThrow()).startsWith("write it like "));
    }

    @Test
    void aNameHasABound() {
        String longest = "a".repeat(255 - "docker.io/library/".length());
        assertThat(ImageReference.parse(longest)).hasToString("docker.io/library/" + longest + ":latest");
        assertThatExceptionOfType(ProblemException.class).isThrownBy(() -> ImageReference.parse(longest + "a"));
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> ImageReference.parse("a/".repeat(5000)))
                .satisfies(problem -> assertThat(problem.message()).hasSizeLessThan(200));
    }
}

package boxrun.daemon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class IdMapDetectionTest {
    @TempDir
    Path etc;

    @Test
    void rootWithoutARangeGetsTheFirstOneThatUseraddWouldGive() {
        IdMap map = new IdMapDetection(0, 0, "root", etc, etc).detect();
        assertThat(map.words()).containsExactly("0:100000:65536", "0:100000:65536");
        assertThat(map.privileged()).isTrue();
        assertThat(map.complete()).isTrue();
    }

    @Test
    void rootWithARangeUsesIt() throws IOException {
        ranges("root:500000:65536", "root:600000:65536");
        assertThat(new IdMapDetection(0, 0, "root", etc, etc).detect().words())
                .containsExactly("0:500000:65536", "0:600000:65536");
    }

    @Test
    void aUserIsRootOfTheBoxAndTheRangeFollows() throws IOException {
        ranges("other:1:2\nann:100000:65536\nann:900000:65536", "1001:200000:65536");
        IdMap map = new IdMapDetection(1001, 1002, "ann", etc, etc).detect();
        assertThat(map.words()).containsExactly("0:1001:1,1:100000:65536", "0:1002:1,1:200000:65536");
        assertThat(map.privileged()).isFalse();
        assertThat(map.rootUser()).isEqualTo(1001);
    }

    @Test
    void aUserWithoutARangeHasOneIdOnly() {
        IdMap map = new IdMapDetection(1001, 1002, "ann", etc, etc).detect();
        assertThat(map.words()).containsExactly("0:1001:1", "0:1002:1");
        assertThat(map.complete()).isFalse();
    }

    @Test
    void rootOfAUserNamespaceHasTheIdsOfTheNamespaceAndNoPrivilege() throws IOException {
        Files.writeString(
                etc.resolve("uid_map"), "         0       1001          1\n         1     100000      65536\n");
        Files.writeString(etc.resolve("gid_map"), "0 0 70000\n");
        IdMap map = new IdMapDetection(0, 0, "root", etc, etc).detect();
        assertThat(map.privileged()).isFalse();
        assertThat(map.words()).containsExactly("0:0:1,1:1:65536", "0:0:1,1:1:69999");
    }

    @Test
    void rootOfTheHostIsNoRootOfANamespace() throws IOException {
        Files.writeString(etc.resolve("uid_map"), "         0          0 4294967295\n");
        assertThat(new IdMapDetection(0, 0, "root", etc, etc).detect().privileged())
                .isTrue();
    }

    @Test
    void aBrokenRangeIsNamed() throws IOException {
        ranges("ann:x:65536", "ann:1:1");
        assertThatThrownBy(() -> new IdMapDetection(1001, 1002, "ann", etc, etc).detect())
                .hasMessageContaining("cannot read the id ranges in " + etc.resolve("subuid"));
    }

    private void ranges(String users, String groups) throws IOException {
        Files.writeString(etc.resolve("subuid"), users + "\n");
        Files.writeString(etc.resolve("subgid"), groups + "\n");
    }
}

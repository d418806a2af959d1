package boxrun.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UserScopeTest {
    @TempDir
    Path root;

    private void have(String file) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.createFile(path);
    }

    @Test
    void aUserOfSystemdAndTheSecondVersionHasAScope() throws IOException {
        have("sys/fs/cgroup/cgroup.controllers");
        have("run/user/1000/systemd/private");
        UserScope scope = new UserScope(root, 1000);
        assertThat(scope.words())
                .startsWith("systemd-run", "--user", "--scope")
                .contains("--property=Delegate=yes")
                .last()
                .asString()
                .startsWith("--unit=boxrun-");
        assertThat(scope.environment()).containsEntry("XDG_RUNTIME_DIR", "/run/user/1000");
    }

    @Test
    void rootNeedsNone() throws IOException {
        have("sys/fs/cgroup/cgroup.controllers");
        have("run/user/0/systemd/private");
        assertThat(new UserScope(root, 0).words()).isEmpty();
    }

    @Test
    void withoutTheSecondVersionThereIsNone() throws IOException {
        have("run/user/1000/systemd/private");
        assertThat(new UserScope(root, 1000).words()).isEmpty();
    }

    @Test
    void withoutTheUsersSystemdThereIsNone() throws IOException {
        have("sys/fs/cgroup/cgroup.controllers");
        have("run/user/1001/systemd/private");
        assertThat(new UserScope(root, 1000).words()).isEmpty();
    }
}

package boxrun.installed;

import boxrun.cli.Tmux;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Where somebody works: an installation with a box called desk for all tests of a class, and a terminal for each. */
final class Desk implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {
    private @Nullable Installation installation;
    private @Nullable Tmux tmux;

    Installation installation() {
        return Objects.requireNonNull(installation);
    }

    Tmux tmux() {
        return Objects.requireNonNull(tmux);
    }

    /** Closes the window and opens another. */
    void sitDownAgain() throws IOException {
        tmux().close();
        tmux = installation().terminal();
    }

    @Override
    public void beforeAll(ExtensionContext tests) throws IOException, InterruptedException {
        installation = Installation.create();
        installation().boxrun("create", "--name", "desk", "host");
    }

    @Override
    public void beforeEach(ExtensionContext test) throws IOException {
        tmux = installation().terminal();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        tmux().close();
    }

    @Override
    public void afterAll(ExtensionContext tests) throws IOException, InterruptedException {
        try {
            installation().boxrun("rm", "--all", "--force");
        } finally {
            installation().close();
        }
    }
}

package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Home;
import boxrun.daemon.engine.BoxId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The boxes that run, as their directories say and the kernel confirms, whichever daemon started them. */
record Survivors(Home home) {

    List<BoxId> all() {
        if (!Files.isDirectory(home.boxes())) {
            return List.of();
        }
        List<BoxId> found = new ArrayList<>();
        try (Stream<Path> boxes = Files.list(home.boxes())) {
            for (Path path : boxes.toList()) {
                String name = String.valueOf(path.getFileName());
                if (BoxId.isId(name)
                        && Files.isDirectory(path)
                        && of(new BoxDirectory(path)).isPresent()) {
                    found.add(new BoxId(name));
                }
            }
            return found;
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot list the boxes that run: " + e.getMessage())
                    .because(e);
        }
    }

    /** How a box runs, if it does; one that runs only so that its files can be reached does not. */
    static Optional<Running> of(BoxDirectory box) throws IOException {
        return Records.read(box.running(), Running.class)
                .filter(running -> running.process().alive() && !running.forFiles());
    }
}

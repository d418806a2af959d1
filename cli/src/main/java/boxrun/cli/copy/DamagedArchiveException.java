package boxrun.cli.copy;

import java.io.IOException;

/** A tar stream that is none, or that says what it must not; the message names the entry. */
final class DamagedArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedArchiveException(String why) {
        super("the archive from the box is refused: " + why);
    }
}

package boxrun.http;

import java.io.IOException;

/** No connection could be made: nothing was asked for. */
public final class UnreachableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnreachableException(String reason, IOException cause) {
        super(reason, cause);
    }
}

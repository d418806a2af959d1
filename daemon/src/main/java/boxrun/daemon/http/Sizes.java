package boxrun.daemon.http;

import boxrun.daemon.engine.TerminalSize;
import boxrun.json.JsonValue.JsonObject;
import java.util.Optional;

/** Sizes of terminals as clients give them. */
final class Sizes {
    private static final int MAX = 0xffff;
    static final TerminalSize USUAL = new TerminalSize(80, 24);

    private Sizes() {}

    static TerminalSize of(long columns, long rows) {
        if (columns < 1 || columns > MAX || rows < 1 || rows > MAX) {
            throw Requests.refusal("cols and rows must be whole numbers from 1 to " + MAX);
        }
        return new TerminalSize((int) columns, (int) rows);
    }

    /** From the members {@code cols} and {@code rows}, where they are. */
    static TerminalSize of(JsonObject request) {
        Optional<Long> columns = request.integer("cols");
        Optional<Long> rows = request.integer("rows");
        return of(columns.orElse((long) USUAL.columns()), rows.orElse((long) USUAL.rows()));
    }
}

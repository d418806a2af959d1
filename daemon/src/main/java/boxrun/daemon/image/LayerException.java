package boxrun.daemon.image;

import java.io.IOException;

/** A layer that is damaged or that boxrun refuses; the message is a clause that names the entry. */
final class LayerException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean damage;

    LayerException(String message) {
        this(message, false);
    }

    private LayerException(String message, boolean damage) {
        super(message);
        this.damage = damage;
    }

    /** A layer that cannot be read, which may be the fault of whoever stored or sent it. */
    static LayerException damaged(String message) {
        return new LayerException(message, true);
    }

    boolean isDamage() {
        return damage;
    }

    String message() {
        return String.valueOf(getMessage());
    }
}

package boxrun.daemon.registry;

import java.io.IOException;

/** Why one endpoint did not give what was asked for; the message is a clause. */
final class RegistryException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What can be done about it. */
    enum Kind {
        /** It answered that there is no such thing. */
        NOT_FOUND,
        /** It wants other credentials, or any. */
        DENIED,
        /** No connection, or no answer. */
        UNREACHABLE,
        /** Its certificate is not trusted, or it speaks no TLS. */
        UNTRUSTED,
        /** It answered something else. */
        FAILED
    }

    private final Kind kind;

    RegistryException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    RegistryException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    String message() {
        String message = getMessage();
        return message == null ? kind.name() : message;
    }
}

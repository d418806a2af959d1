package boxrun.client;

import org.jspecify.annotations.Nullable;

/** The query of a request's target. */
final class Query {
    private final StringBuilder text = new StringBuilder();

    /** Adds a parameter, unless it has no value. */
    Query add(String name, @Nullable String value) {
        if (value != null) {
            text.append(text.isEmpty() ? '?' : '&').append(name).append('=').append(Transport.encoded(value));
        }
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

package boxrun.daemon.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What proves to a registry who asks. Its text does not show the secret. */
sealed interface Credential {

    /** A name and a password. */
    record Password(String user, String secret) implements Credential {

        /** The value of an Authorization header. */
        String basic() {
            return "Basic "
                    + Base64.getEncoder().encodeToString((user + ":" + secret).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String toString() {
            return "password of " + user;
        }
    }

    /**
     * A long-lived token, as {@code docker login} keeps it for some registries, to be exchanged for a short-lived one.
     */
    record IdentityToken(String secret) implements Credential {
        @Override
        public String toString() {
            return "identity token";
        }
    }
}

package boxrun.daemon.exec;

import java.security.SecureRandom;

/** Identities of commands: {@code exec_} and 12 letters or digits. */
final class ExecId {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    private ExecId() {}

    /** A new one. */
    static String random() {
        StringBuilder id = new StringBuilder("exec_");
        for (int i = 0; i < 12; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}

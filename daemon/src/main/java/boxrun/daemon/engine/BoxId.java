package boxrun.daemon.engine;

import java.security.SecureRandom;
import java.util.regex.Pattern;

/** The identity of a box: {@code box_} and 12 letters or digits. */
public record BoxId(String value) {
    private static final Pattern FORM = Pattern.compile("box_[A-Za-z0-9]{12}");
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    public BoxId {
        if (!isId(value)) {
            throw new IllegalArgumentException("not a box id: " + value);
        }
    }

    public static boolean isId(String text) {
        return FORM.matcher(text).matches();
    }

    /** A new id that no box has had: 62^12 are possible. */
    public static BoxId random() {
        StringBuilder id = new StringBuilder("box_");
        for (int i = 0; i < 12; i++) {
            id.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return new BoxId(id.toString());
    }

    @Override
    public String toString() {
        return value;
    }
}

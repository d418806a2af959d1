package boxrun.cli.print;

/** Names and messages that came from elsewhere, made safe to show: a control character could drive the terminal. */
public final class Safe {
    private Safe() {}

    /** The text on one line, each control character shown as {@code ?}. */
    public static String line(String text) {
        StringBuilder safe = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // C0, DEL, and C1, which some terminals obey as well.
            if (c < 0x20 || (c >= 0x7f && c < 0xa0)) {
                if (safe == null) {
                    safe = new StringBuilder(text);
                }
                safe.setCharAt(i, '?');
            }
        }
        return safe == null ? text : safe.toString();
    }
}

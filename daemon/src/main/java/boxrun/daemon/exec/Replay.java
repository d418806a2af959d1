package boxrun.daemon.exec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.regex.Pattern;

/** Makes the end of a terminal's output fit to be shown again. */
final class Replay {
    /**
     * What asks a terminal for an answer, which would be typed into the command a second time: device attributes,
     * status and cursor position, modes, colours, capabilities.
     */
    private static final Pattern QUESTIONS = Pattern.compile("\u001b(?:\\[[>=?]?[0-9;]*[cn]|\\[[>?]?[0-9;]*\\$p"
            + "|\\[\\?u|\\[>[0-9]*q|Z|\\][0-9;]+;\\?(?:\u0007|\u001b\\\\)|P[+$]q[^\u001b]*\u001b\\\\)");

    /** A cut line ends within so many bytes, or there are no lines. */
    private static final int LINE = 4096;

    private Replay() {}

    /** @param cut whether there was more before it, so that it may begin in the middle of anything */
    static byte[] of(byte[] recent, boolean cut) {
        String text = new String(recent, ISO_8859_1);
        int newline = cut ? text.indexOf('\n') : -1;
        String whole = newline >= 0 && newline < LINE ? text.substring(newline + 1) : text;
        return QUESTIONS.matcher(whole).replaceAll("").getBytes(ISO_8859_1);
    }
}

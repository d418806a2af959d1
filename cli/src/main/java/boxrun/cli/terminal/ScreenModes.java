package boxrun.cli.terminal;

import boxrun.api.ExitData;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a program has made of the terminal that its output goes to: the second screen, reports of the mouse, a cursor
 * that is not shown. Who leaves a program that goes on elsewhere puts the terminal back with {@code undo}, since the
 * program does not.
 */
public final class ScreenModes {
    /** DEC's private modes that a terminal begins without and that disturb a shell. */
    private static final Set<Integer> OFF = Set.of(1, 5, 6, 9, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1015, 2004);

    /** Those that bring another screen; they are left last. */
    private static final Set<Integer> SCREENS = Set.of(47, 1047, 1049);

    /** Those that a terminal begins with: the cursor, lines that wrap. */
    private static final Set<Integer> ON = Set.of(7, 25);

    /** Longer than any sequence of several modes at once. */
    private static final int LONGEST = 64;

    private static final char ESCAPE = 27;

    /** Exit codes above are those of programs that a signal ended. */
    private static final int SIGNALS = 128;

    private final StringBuilder sequence = new StringBuilder();
    private final Set<Integer> changed = new TreeSet<>();
    private boolean keypad;
    private boolean used;

    /** Looks at output that was shown, which stays as it is. */
    public void watch(ByteBuffer shown) {
        for (int at = shown.position(); at < shown.limit(); at++) {
            watch((char) (shown.get(at) & 0xff));
        }
    }

    private void watch(char next) {
        if (next == ESCAPE) {
            sequence.setLength(0);
            sequence.append(next);
            used = true;
        } else if (!sequence.isEmpty()) {
            sequence.append(next);
            if (ends(next)) {
                understand(sequence.toString());
                sequence.setLength(0);
            }
        }
    }

    /** Whether the sequence is whole, or none that has to do with modes. */
    private boolean ends(char next) {
        return switch (sequence.length()) {
            case 2 -> next != '[';
            case 3 -> next != '?';
            default -> (next != ';' && (next < '0' || next > '9')) || sequence.length() > LONGEST;
        };
    }

    private void understand(String whole) {
        char last = whole.charAt(whole.length() - 1);
        if (whole.length() == 2) {
            switch (last) {
                case '=' -> keypad = true;
                case '>' -> keypad = false;
                case 'c' -> {
                    changed.clear();
                    keypad = false;
                }
                default -> {}
            }
        } else if (whole.length() > 4 && (last == 'h' || last == 'l')) {
            for (String mode : whole.substring(3, whole.length() - 1).split(";", -1)) {
                if (mode.matches("\\d{1,5}")) {
                    set(Integer.parseInt(mode), last == 'h');
                }
            }
        }
    }

    private void set(int mode, boolean on) {
        boolean known = OFF.contains(mode) || SCREENS.contains(mode) || ON.contains(mode);
        if (known && on != ON.contains(mode)) {
            changed.add(mode);
        } else {
            changed.remove(mode);
        }
    }

    /** Makes the terminal behind standard output, where there is one, what it was, at the beginning of a line. */
    public void undo(Console console) throws IOException {
        if (console.outIsTerminal()) {
            console.print(undo());
            console.out().flush();
        }
    }

    /**
     * The same after a program that has ended, unless it ended by itself: then it has left what it wanted to leave.
     *
     * @return whether there was something to undo
     */
    public boolean undoAfter(ExitData end, Console console) throws IOException {
        boolean undone = (end.error() != null || end.exitCode() > SIGNALS) && (keypad || !changed.isEmpty());
        if (undone) {
            undo(console);
        }
        return undone;
    }

    String undo() {
        if (!used) {
            return "\r\n";
        }
        StringBuilder undone = new StringBuilder();
        if (keypad) {
            undone.append(ESCAPE).append('>');
        }
        changed.stream()
                .filter(mode -> !SCREENS.contains(mode))
                .forEach(mode -> undone.append(ESCAPE).append("[?").append(mode).append(ON.contains(mode) ? 'h' : 'l'));
        // Colours, the set of characters.
        undone.append(ESCAPE).append("[0m").append(ESCAPE).append("(B");
        if (changed.stream().noneMatch(SCREENS::contains)) {
            return undone.append("\r\n").toString();
        }
        // Lines that scroll; it moves the cursor, but the first screen has its own.
        undone.append(ESCAPE).append("[r");
        changed.stream()
                .filter(SCREENS::contains)
                .forEach(mode -> undone.append(ESCAPE).append("[?").append(mode).append('l'));
        return undone.toString();
    }
}

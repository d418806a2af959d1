package boxrun.cli.copy;

import java.util.function.Consumer;

/** What is not copied, told as it is found; the rest is copied all the same. */
final class Refusals {
    /** An archive made to annoy could have millions. */
    private static final int MAX_TOLD = 20;

    private final Consumer<String> notes;
    private int count;

    Refusals(Consumer<String> notes) {
        this.notes = notes;
    }

    void add(String name, String why) {
        count++;
        if (count <= MAX_TOLD) {
            notes.accept("not copied: " + Names.shown(name) + " is " + why);
        }
    }

    int count() {
        return count;
    }
}

package boxrun.daemon.box;

import boxrun.api.Box;
import boxrun.daemon.engine.BoxId;
import java.util.Locale;

/** Host names of boxes: DNS labels, at most 63 letters, digits and hyphens, neither first nor last a hyphen. */
final class Hostnames {
    private Hostnames() {}

    /** From the box's name, or its id when that has too little of a label. */
    static String of(Box box) {
        String label = label(BoxRegistry.label(box));
        return label.isEmpty() ? label(box.id()) : label;
    }

    /** That of a box without a name. */
    static String of(BoxId id) {
        return label(id.value());
    }

    private static String label(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    }
}

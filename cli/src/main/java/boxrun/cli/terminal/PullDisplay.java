package boxrun.cli.terminal;

import boxrun.api.PullProgress;
import boxrun.config.Sizes;
import boxrun.json.Quick;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Shows on standard error how the fetching of an image goes. Drawn, it is one line that is written over and is gone
 * when the display is closed, so that the output of a command begins on a clean line.
 */
public final class PullDisplay implements AutoCloseable {
    private final Console console;
    private final ProgressMode mode;
    private final String image;
    private final boolean drawn;
    private final DrawnLine line;
    private final Map<String, PullProgress> layers = new LinkedHashMap<>();

    /** @param canDraw whether standard error is a terminal that understands how to clear a line */
    public PullDisplay(Console console, ProgressMode mode, String image, boolean canDraw) {
        this.console = console;
        this.mode = mode;
        this.image = image;
        this.drawn = mode == ProgressMode.AUTO && canDraw && console.errIsTerminal();
        this.line = new DrawnLine(console, drawn);
    }

    /** Takes the next step of the pull. */
    public void show(PullProgress step) {
        switch (mode) {
            case NONE -> {}
            case JSON -> console.say(Quick.encode(step));
            case PLAIN -> plain(step);
            case AUTO -> {
                if (drawn) {
                    remember(step);
                    line.draw(() -> image + ": " + summary(step.phase()));
                }
            }
        }
    }

    private void plain(PullProgress step) {
        PullProgress before = remember(step);
        String layer = step.layer();
        boolean began = before == null || before.phase() != step.phase();
        switch (step.phase()) {
            case RESOLVING -> say(began, "resolving");
            case DOWNLOADING -> say(began, shortName(layer) + " downloading " + size(step.total()));
            case UNPACKING -> say(began, shortName(layer) + " unpacking");
            case PRESENT -> say(began, shortName(layer) + " is here already");
            case DONE -> say(began, layer == null ? "done" : shortName(layer) + " done");
        }
    }

    private void say(boolean began, String words) {
        if (began) {
            console.say(image + ": " + words.stripTrailing());
        }
    }

    private static String size(long total) {
        return total > 0 ? Sizes.text(total) : "";
    }

    private @Nullable PullProgress remember(PullProgress step) {
        return layers.put(Objects.requireNonNullElse(step.layer(), ""), step);
    }

    private String summary(PullProgress.Phase phase) {
        long current = 0;
        long total = 0;
        int known = 0;
        int done = 0;
        for (Map.Entry<String, PullProgress> layer : layers.entrySet()) {
            if (layer.getKey().isEmpty()) {
                continue;
            }
            PullProgress step = layer.getValue();
            known++;
            switch (step.phase()) {
                case DOWNLOADING -> {
                    current += step.current();
                    total += step.total();
                }
                case RESOLVING, UNPACKING -> {}
                case PRESENT, DONE -> done++;
            }
        }
        if (known == 0) {
            return phase == PullProgress.Phase.UNPACKING ? "unpacking" : "asking the registry";
        }
        String layersDone = done + " of " + known + (known == 1 ? " layer" : " layers");
        return total == 0
                ? "unpacking, " + layersDone + " done"
                : layersDone + " done, " + Sizes.text(current) + " of " + Sizes.text(total);
    }

    private static String shortName(@Nullable String digest) {
        if (digest == null) {
            return "";
        }
        String hex = digest.substring(digest.indexOf(':') + 1);
        return hex.substring(0, Math.min(12, hex.length()));
    }

    /** Takes the line away. */
    @Override
    public void close() {
        line.clear();
    }
}

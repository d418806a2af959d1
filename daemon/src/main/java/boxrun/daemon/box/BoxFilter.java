package boxrun.daemon.box;

import boxrun.api.BoxStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which boxes somebody wants to see: those that meet all of it.
 *
 * @param labels {@code name=value}, or {@code name} for any value
 * @param image as it was asked for, or in full
 * @param unusedFor what gc would remove with this as its age
 */
public record BoxFilter(
        Optional<BoxStatus> status,
        List<String> labels,
        Optional<String> name,
        Optional<String> image,
        Optional<Duration> unusedFor) {
    public static final BoxFilter ALL =
            new BoxFilter(Optional.empty(), List.of(), Optional.empty(), Optional.empty(), Optional.empty());

    public BoxFilter {
        labels = List.copyOf(labels);
    }

    boolean matches(BoxEntry entry, Instant now) {
        return status.filter(wanted -> wanted != entry.box().status()).isEmpty()
                && name.filter(wanted -> !wanted.equals(entry.box().name())).isEmpty()
                && image.filter(wanted -> !isImage(wanted, entry)).isEmpty()
                && unusedFor.filter(age -> !entry.isUnusedSince(now.minus(age))).isEmpty()
                && labels.stream().allMatch(wanted -> has(entry.options().labels(), wanted));
    }

    private static boolean isImage(String wanted, BoxEntry entry) {
        return wanted.equals(entry.box().image())
                || entry.record()
                        .filter(record -> wanted.equals(record.image().reference()))
                        .isPresent();
    }

    private static boolean has(Map<String, String> labels, String wanted) {
        int equals = wanted.indexOf('=');
        return equals < 0
                ? labels.containsKey(wanted)
                : wanted.substring(equals + 1).equals(labels.get(wanted.substring(0, equals)));
    }
}

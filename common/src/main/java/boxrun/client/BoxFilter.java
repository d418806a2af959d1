package boxrun.client;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which boxes to list: those that meet all of it.
 *
 * @param status {@code running}, {@code stopped} or {@code all}
 * @param labels {@code name=value}, or {@code name} for any value
 * @param unusedFor what gc would remove with this as its age, in whole seconds
 */
public record BoxFilter(
        String status,
        List<String> labels,
        @Nullable String name,
        @Nullable String image,
        @Nullable Duration unusedFor) {
    public static final BoxFilter ALL = new BoxFilter("all", List.of(), null, null, null);

    public BoxFilter {
        labels = List.copyOf(labels);
    }

    /** Of whatever age. */
    public BoxFilter(String status, List<String> labels, @Nullable String name, @Nullable String image) {
        this(status, labels, name, image, null);
    }

    /** What gc would remove with this age. */
    public static BoxFilter unusedFor(Duration age) {
        return new BoxFilter("all", List.of(), null, null, age);
    }

    String query() {
        Query query = new Query().add("extended", "true").add("status", status);
        labels.forEach(label -> query.add("label", label));
        return query.add("name", name)
                .add("image", image)
                .add("unused_for", unusedFor == null ? null : Long.toString(unusedFor.toSeconds()))
                .toString();
    }
}

package boxrun.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which boxes to list: those that meet all of it.
 *
 * @param status {@code running}, {@code stopped} or {@code all}
 * @param labels {@code name=value}, or {@code name} for any value
 */
public record BoxFilter(
        String status,
        List<String> labels,
        @Nullable String name,
        @Nullable String image) {
    public static final BoxFilter ALL = new BoxFilter("all", List.of(), null, null);

    public BoxFilter {
        labels = List.copyOf(labels);
    }

    String query() {
        Query query = new Query().add("extended", "true").add("status", status);
        labels.forEach(label -> query.add("label", label));
        return query.add("name", name).add("image", image).toString();
    }
}

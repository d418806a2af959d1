package boxrun.cli.command;

import boxrun.api.Box;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import boxrun.config.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A box as its user calls it: by its id, its name, or the beginning of its id. The daemon knows the first two; only
 * when it finds no such box is it asked, once, which boxes there are.
 */
final class NamedBox {
    /** What every id begins with: a name alone is never taken for the beginning of an id. */
    private static final String ID = "box_";

    private NamedBox() {}

    /** Does what is asked of the box; where there is none, the failure has what was probably meant as its hint. */
    static <T> T ask(BoxrunClient daemon, String name, Function<String, T> request) {
        try {
            return request.apply(name);
        } catch (ProblemException e) {
            if (e.code() != ErrorCode.BOX_NOT_FOUND) {
                throw e;
            }
            return request.apply(idOf(name, daemon.boxes("all"), e));
        }
    }

    /** The only id that begins so; without one the failure comes back, with a better hint where there is one. */
    static String idOf(String beginning, List<Box> boxes, ProblemException notFound) {
        List<String> ids = boxes.stream().map(Box::id).toList();
        List<String> matching = beginning.startsWith(ID) && beginning.length() > ID.length()
                ? ids.stream().filter(id -> id.startsWith(beginning)).toList()
                : List.of();
        if (matching.size() == 1 && !matching.getFirst().equals(beginning)) {
            return matching.getFirst();
        }
        if (matching.size() > 1) {
            throw new ProblemException(
                            ErrorCode.BOX_NOT_FOUND,
                            "more than one box has an id that begins with " + beginning + ": "
                                    + String.join(", ", matching))
                    .hint("write more of the id");
        }
        throw nearest(beginning, boxes)
                .map(near -> notFound.hint("did you mean: " + near))
                .orElse(notFound);
    }

    private static Optional<String> nearest(String word, List<Box> boxes) {
        List<String> words = new ArrayList<>();
        for (Box box : boxes) {
            words.add(box.id());
            Optional.ofNullable(box.name()).ifPresent(words::add);
        }
        return Spelling.nearest(word, words);
    }

    /** What people call a box: its name, where it has one. */
    static String label(Box box) {
        String name = box.name();
        return name == null ? box.id() : name;
    }
}

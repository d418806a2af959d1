package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.daemon.box.Boxes;
import boxrun.daemon.exec.Execs;
import java.net.URLDecoder;
import java.util.List;

/**
 * A path as the client has encoded it, where an encoded slash is part of a name. It is decoded before its route is
 * looked for, and then the slash divides the name.
 */
record RawPath(List<String> segments) {
    private static final int BOX = 3;
    private static final int EXEC = 5;

    static RawPath of(String rawPath) {
        return new RawPath(List.of(rawPath.split("/", -1)));
    }

    /** The box of a path below {@code /v1/boxes}. */
    String box() {
        return decoded(segments.get(BOX));
    }

    /** No box and no command has a slash in its name: refuses those that are asked for by such a one. */
    void requireNames(Boxes boxes, Execs execs) {
        if (segments.size() <= BOX || !segments.get(2).equals("boxes")) {
            return;
        }
        String box = withoutAction(box());
        if (box.contains("/")) {
            boxes.get(box);
        }
        if (segments.size() > EXEC && segments.get(EXEC - 1).equals("exec")) {
            String exec = withoutAction(decoded(segments.get(EXEC)));
            if (exec.contains("/")) {
                execs.get(box, exec);
            }
        }
    }

    private static String withoutAction(String name) {
        int colon = name.lastIndexOf(':');
        return colon < 0 ? name : name.substring(0, colon);
    }

    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
    }
}

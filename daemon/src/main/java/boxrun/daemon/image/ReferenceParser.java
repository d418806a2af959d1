package boxrun.daemon.image;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.daemon.image.ImageReference.Local.Form;
import boxrun.daemon.oci.Digest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Docker's grammar of image names (distribution/reference), and boxrun's prefixes for images that are not in a
 * registry. A name whose first component has a dot or a colon, or is {@code localhost}, begins with a registry; any
 * other is one of docker.io, there below {@code library/} when it has a single component.
 */
final class ReferenceParser {
    static final String DOCKER_HUB = "docker.io";

    private static final String HINT =
            "write it like ubuntu:24.04, registry.example/team/app:1.0, docker-archive:/path/image.tar, oci:/path/dir, "
                    + "oci-archive:/path/image.tar, rootfs:/path/dir or host";

    private static final int MAX_LENGTH = 4096;
    private static final int MAX_NAME = 255;
    private static final String HOST_LABEL = "[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final Pattern HOST =
            Pattern.compile("(?:" + HOST_LABEL + "(?:\\." + HOST_LABEL + ")*|\\[[0-9a-fA-F:.]{2,45}])(?::[0-9]{1,5})?");
    private static final Pattern COMPONENT = Pattern.compile("[a-z0-9]++(?:(?:\\.|_|__|-++)[a-z0-9]++)*+");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern BARE_ID = Pattern.compile("[0-9a-f]{64}");

    private final String text;

    private ReferenceParser(String text) {
        this.text = text;
    }

    static ImageReference parse(String text) {
        return new ReferenceParser(text).parse();
    }

    private ImageReference parse() {
        if (text.isEmpty()) {
            throw malformed("it is empty");
        }
        if (text.length() > MAX_LENGTH) {
            throw new ProblemException(
                            ErrorCode.VALIDATION_ERROR,
                            "the image reference has " + text.length() + " characters, more than " + MAX_LENGTH)
                    .hint(HINT);
        }
        if (text.equals("host")) {
            return new ImageReference.Host();
        }
        if (text.startsWith("rootfs:")) {
            return new ImageReference.Directory(path(text.substring("rootfs:".length())));
        }
        if (text.startsWith("sha256:")) {
            return new ImageReference.Stored(digest(text));
        }
        for (Form form : Form.values()) {
            if (text.startsWith(form.prefix() + ":")) {
                return local(form, text.substring(form.prefix().length() + 1));
            }
        }
        return remote();
    }

    private ImageReference local(Form form, String rest) {
        int colon = rest.indexOf(':');
        Path path = path(colon < 0 ? rest : rest.substring(0, colon));
        Optional<String> name = colon < 0 ? Optional.empty() : Optional.of(rest.substring(colon + 1));
        if (name.isPresent() && name.get().isEmpty()) {
            throw malformed("nothing follows the last colon");
        }
        return new ImageReference.Local(form, path, name);
    }

    private Path path(String path) {
        if (path.isEmpty()) {
            throw malformed("it names no path");
        }
        if (!path.startsWith("/")) {
            throw malformed("the path " + path + " is not absolute");
        }
        try {
            return Path.of(path).normalize();
        } catch (InvalidPathException e) {
            throw malformed("the path has a character that no path can have").because(e);
        }
    }

    private ImageReference remote() {
        int at = text.indexOf('@');
        Optional<Digest> digest = at < 0 ? Optional.empty() : Optional.of(digest(text.substring(at + 1)));
        String named = at < 0 ? text : text.substring(0, at);
        int slash = named.indexOf('/');
        String first = slash < 0 ? "" : named.substring(0, slash);
        boolean hasHost = first.contains(".") || first.contains(":") || first.equals("localhost") || !isLower(first);
        String host = hasHost ? host(first) : DOCKER_HUB;
        String path = hasHost ? named.substring(slash + 1) : named;
        int colon = path.lastIndexOf(':');
        Optional<String> tag = Optional.empty();
        if (colon >= 0) {
            tag = Optional.of(tag(path.substring(colon + 1)));
            path = path.substring(0, colon);
        } else if (digest.isEmpty()) {
            tag = Optional.of("latest");
        }
        checkRepository(path);
        String repository = host.equals(DOCKER_HUB) && path.indexOf('/') < 0 ? "library/" + path : path;
        if (host.length() + 1 + repository.length() > MAX_NAME) {
            throw malformed("the name is longer than " + MAX_NAME + " characters");
        }
        return new ImageReference.Remote(host, repository, tag, digest);
    }

    private static boolean isLower(String text) {
        return text.equals(text.toLowerCase(Locale.ROOT));
    }

    private String host(String host) {
        if (!HOST.matcher(host).matches()) {
            throw malformed("\"" + host + "\" is not a host name");
        }
        int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
        if (colon >= 0 && Integer.parseInt(host.substring(colon + 1)) > 0xffff) {
            throw malformed("\"" + host.substring(colon + 1) + "\" is not a port");
        }
        return host.equals("index.docker.io") ? DOCKER_HUB : host;
    }

    private void checkRepository(String path) {
        if (path.isEmpty()) {
            throw malformed("it has no name");
        }
        if (!isLower(path)) {
            throw malformed("the name must be lower case").hint(inLowerCase(path));
        }
        for (String component : path.split("/", -1)) {
            if (!COMPONENT.matcher(component).matches()) {
                throw malformed(
                        component.isEmpty() ? "a part of the name is empty" : "\"" + component + "\" is not a name");
            }
        }
        if (BARE_ID.matcher(path).matches()) {
            throw malformed("64 hexadecimal digits are no name").hint("write sha256: before the digest of an image");
        }
    }

    /** What the user meant, where that is all that was wrong with it. */
    private String inLowerCase(String path) {
        int end = text.indexOf(path) + path.length();
        int slash = text.indexOf('/');
        // Only for its capitals was a first component without a dot or colon taken for a host.
        int start = slash > 0 && text.substring(0, slash).matches("[^.:]+") ? 0 : end - path.length();
        String lower =
                text.substring(0, start) + text.substring(start, end).toLowerCase(Locale.ROOT) + text.substring(end);
        try {
            parse(lower);
            return "write it as " + lower;
        } catch (ProblemException stillWrong) {
            return HINT;
        }
    }

    private String tag(String tag) {
        if (!TAG.matcher(tag).matches()) {
            throw malformed(tag.isEmpty() ? "the tag is empty" : "\"" + tag + "\" is not a tag");
        }
        return tag;
    }

    private Digest digest(String digest) {
        try {
            return new Digest(digest);
        } catch (IllegalArgumentException e) {
            throw malformed("\"" + digest + "\" is not sha256: and 64 hexadecimal digits")
                    .because(e);
        }
    }

    private ProblemException malformed(String why) {
        return new ProblemException(
                        ErrorCode.VALIDATION_ERROR, "image: \"" + text + "\" is not an image reference: " + why)
                .hint(HINT);
    }
}

package boxrun.daemon.oci;

import java.util.regex.Pattern;

/** A content digest; only {@code sha256:} and 64 hexadecimal digits are accepted. */
public record Digest(String value) {
    private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

    public Digest {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a sha256 digest: " + value);
        }
    }

    /** The 64 hexadecimal digits. */
    public String hex() {
        return value.substring("sha256:".length());
    }

    @Override
    public String toString() {
        return value;
    }
}

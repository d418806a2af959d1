package boxrun.daemon.lifecycle;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Reasons;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;

/** The file of the token of TCP clients, which only its owner can read. */
public record TokenFile(Path path) {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final int RANDOM_BYTES = 32;

    /** What a token may be made of: RFC 6750, section 2.1. */
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

    public static boolean isToken(String text) {
        return FORM.matcher(text).matches();
    }

    /**
     * The token that is there, or a new one; the file is closed to others either way.
     *
     * @throws ProblemException when the file cannot be read or made, or has something else in it
     */
    public String token() {
        try {
            try {
                return make();
            } catch (FileAlreadyExistsException exists) {
                Files.setPosixFilePermissions(path, OWNER_ONLY);
            }
            String token = Files.readString(path).strip();
            if (!isToken(token)) {
                throw new ProblemException(ErrorCode.VALIDATION_ERROR, path + " has no token in it")
                        .hint("remove the file: a new token is made");
            }
            return token;
        } catch (IOException e) {
            throw new ProblemException(
                            ErrorCode.RUNTIME_ERROR, "cannot use the token in " + path + ": " + Reasons.of(e))
                    .because(e);
        }
    }

    private String make() throws IOException {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        Files.createFile(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.write(path, (token + "\n").getBytes(StandardCharsets.US_ASCII));
        return token;
    }
}

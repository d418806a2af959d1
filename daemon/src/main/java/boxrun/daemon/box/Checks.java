package boxrun.daemon.box;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Volume;
import boxrun.daemon.engine.BoxId;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for the fields of a request; every refusal names the field and what is allowed. */
public final class Checks {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");
    /** The kernel divides a CPU into time slices no finer than this. */
    private static final BigDecimal LEAST_CPU = new BigDecimal("0.01");

    private Checks() {}

    static String image(@Nullable String image) {
        if (image == null || image.isBlank()) {
            throw refusal(
                    "image is required: a reference such as ubuntu:24.04, or host for the programs of this machine");
        }
        return text("image", image);
    }

    static Optional<String> name(@Nullable String name) {
        if (name == null) {
            return Optional.empty();
        }
        if (!NAME.matcher(name).matches()) {
            throw refusal("name must be 1 to 63 letters, digits, '_', '.' or '-', the first a letter or digit");
        }
        if (BoxId.isId(name)) {
            throw refusal("name must not have the form of an id (box_ and 12 letters or digits)");
        }
        return Optional.of(name);
    }

    static Optional<BigDecimal> cpu(@Nullable BigDecimal cpu) {
        if (cpu == null) {
            return Optional.empty();
        }
        if (cpu.compareTo(LEAST_CPU) < 0) {
            throw refusal("cpu must be a number greater than 0, at least " + LEAST_CPU);
        }
        return Optional.of(cpu);
    }

    static Optional<Integer> positive(String field, @Nullable Integer value) {
        if (value != null && value <= 0) {
            throw refusal(field + " must be a whole number greater than 0, not " + value);
        }
        return Optional.ofNullable(value);
    }

    /** A number of milliseconds, or nothing for no limit. */
    public static Optional<Long> timeout(@Nullable Long timeoutMs) {
        if (timeoutMs != null && timeoutMs <= 0) {
            throw refusal("timeout_ms must be a whole number greater than 0, not " + timeoutMs);
        }
        return Optional.ofNullable(timeoutMs);
    }

    /** A command and its arguments. */
    public static List<String> command(@Nullable List<String> cmd) {
        if (cmd == null || cmd.isEmpty()) {
            throw refusal("cmd is required: an array with the program and its arguments");
        }
        if (cmd.getFirst().isEmpty()) {
            throw refusal("cmd must begin with the name of a program");
        }
        cmd.forEach(word -> text("cmd", word));
        return List.copyOf(cmd);
    }

    /** A directory of the box. */
    public static Optional<String> absolute(String field, @Nullable String path) {
        if (path == null) {
            return Optional.empty();
        }
        if (!path.startsWith("/")) {
            throw refusal(field + " must be an absolute path, not \"" + path + "\"");
        }
        return Optional.of(text(field, path));
    }

    /** {@code name|uid[:group|gid]}, as the box's own files know them. */
    public static Optional<String> user(@Nullable String user) {
        if (user != null && (user.isEmpty() || user.startsWith(":") || user.endsWith(":"))) {
            throw refusal(
                    "user must be a name or number, with ':' and a group after it if you like, not \"" + user + "\"");
        }
        return Optional.ofNullable(user).map(text -> text("user", text));
    }

    /** Environment variables. */
    public static Map<String, String> env(@Nullable Map<String, String> env) {
        return named("env", env);
    }

    static Map<String, String> labels(@Nullable Map<String, String> labels) {
        return named("labels", labels);
    }

    private static Map<String, String> named(String field, @Nullable Map<String, String> values) {
        if (values == null) {
            return Map.of();
        }
        values.forEach((name, value) -> {
            if (name.isEmpty() || name.contains("=")) {
                throw refusal(field + " must have names that are not empty and have no '=', not \"" + name + "\"");
            }
            text(field, name);
            text(field + "." + name, value);
        });
        return Map.copyOf(values);
    }

    static List<Volume> volumes(@Nullable List<Volume> volumes) {
        List<Volume> checked = new ArrayList<>();
        for (Volume volume : volumes == null ? List.<Volume>of() : volumes) {
            String field = "volumes[" + checked.size() + "]";
            absolute(field + ".guest_path", volume.guestPath());
            absolute(field + ".host_path", volume.hostPath());
            if (!exists(volume.hostPath())) {
                throw refusal(field + ".host_path must exist on the host: there is no " + volume.hostPath());
            }
            checked.add(volume);
        }
        return checked;
    }

    private static boolean exists(String path) {
        try {
            return Files.exists(Path.of(path));
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** System calls take texts that end at the first NUL. */
    private static String text(String field, String value) {
        if (value.indexOf('\0') >= 0) {
            throw refusal(field + " must not contain NUL characters");
        }
        return value;
    }

    /** A {@code VALIDATION_ERROR}. */
    public static ProblemException refusal(String message) {
        return new ProblemException(ErrorCode.VALIDATION_ERROR, message);
    }
}

package boxrun.config;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The configuration file: lines of {@code key = value}; lines that begin with {@code #} and empty lines say nothing.
 */
final class ConfigFile {
    private ConfigFile() {}

    /** Where the file is: {@code BOXRUN_CONFIG}, else below {@code XDG_CONFIG_HOME}, else {@code ~/.config}. */
    static Path path(Map<String, String> environment) {
        String named = environment.getOrDefault("BOXRUN_CONFIG", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        String base = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path directory = base.isEmpty() ? Path.of(environment.getOrDefault("HOME", "/"), ".config") : Path.of(base);
        return directory.resolve("boxrun").resolve("config");
    }

    /** What the file says; nothing when it is not there, unless {@code BOXRUN_CONFIG} names it. */
    static Map<Setting, String> read(Path file, boolean mustExist) {
        try {
            return parse(file, Files.readAllLines(file));
        } catch (NoSuchFileException e) {
            if (mustExist) {
                throw problem("BOXRUN_CONFIG names " + file + ", which does not exist")
                        .because(e);
            }
            return Map.of();
        } catch (IOException e) {
            throw problem("cannot read the configuration file " + file + ": " + e.getMessage())
                    .because(e);
        }
    }

    private static Map<Setting, String> parse(Path file, List<String> lines) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1);
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw problem(place + ": expected key = value, got \"" + line + '"');
            }
            Setting setting = setting(place, line.substring(0, equals).strip());
            if (values.put(setting, line.substring(equals + 1).strip()) != null) {
                throw problem(place + ": " + setting.key() + " is set twice");
            }
        }
        return values;
    }

    private static Setting setting(String place, String key) {
        Setting nearest = Setting.STATE_DIR;
        int least = Integer.MAX_VALUE;
        for (Setting setting : Setting.values()) {
            if (setting.key().equals(key)) {
                return setting;
            }
            int distance = Spelling.distance(setting.key(), key);
            if (distance < least) {
                least = distance;
                nearest = setting;
            }
        }
        ProblemException unknown = problem(place + ": there is no setting \"" + key + '"');
        throw least <= 3
                ? unknown.hint("did you mean " + nearest.key() + "?")
                : unknown.hint("docs/configuration.md lists the settings");
    }

    private static ProblemException problem(String message) {
        return new ProblemException(ErrorCode.VALIDATION_ERROR, message);
    }
}

package boxrun.config;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The values of all settings, each from the first of: a flag, the environment, the configuration file, the preset.
 * Every value is checked when it is loaded, so that the accessors do not fail.
 */
public final class Settings {
    /** A value and where it comes from, in words: {@code --idle-timeout}, {@code BOXRUN_IDLE_TIMEOUT}, a file. */
    private record Value(String text, String source) {}

    /** One of several {@code name=value}. */
    public record Pair(String name, String value) {}

    private final Map<Setting, Value> values;
    private final String userHome;

    private Settings(Map<Setting, Value> values, String userHome) {
        this.values = values;
        this.userHome = userHome;
    }

    /** The settings of this process. */
    public static Settings load() {
        return load(System.getenv(), Map.of());
    }

    /**
     * The settings under an environment.
     *
     * @param flags what the command line says
     * @throws ProblemException when a value is not what its setting wants, or the file has an unknown key
     */
    public static Settings load(Map<String, String> environment, Map<Setting, String> flags) {
        Map<Setting, String> file = ConfigFile.read(
                ConfigFile.path(environment),
                !environment.getOrDefault("BOXRUN_CONFIG", "").isEmpty());
        Map<Setting, Value> values = new EnumMap<>(Setting.class);
        for (Setting setting : Setting.values()) {
            String variable = environment.getOrDefault(setting.variable(), "");
            if (flags.containsKey(setting)) {
                values.put(
                        setting,
                        new Value(flags.get(setting), "--" + setting.key().replace('_', '-')));
            } else if (!variable.isEmpty()) {
                values.put(setting, new Value(variable, setting.variable()));
            } else if (file.containsKey(setting)) {
                values.put(
                        setting, new Value(file.get(setting), setting.key() + " in " + ConfigFile.path(environment)));
            } else if (setting.preset().isPresent()) {
                values.put(setting, new Value(setting.preset().get(), "the preset"));
            }
        }
        Settings settings = new Settings(values, environment.getOrDefault("HOME", ""));
        values.forEach(settings::check);
        return settings;
    }

    private void check(Setting setting, Value value) {
        try {
            switch (setting.kind()) {
                case TEXT -> {}
                case DURATION -> duration(setting);
                case WHOLE -> require(whole(setting).isPresent(), "a whole number of at least 1", value);
                case COUNT -> require(isCount(value.text()), "a whole number from 0 to " + Setting.MOST, value);
                case DECIMAL -> require(isAboveZero(value.text()), "a number above 0", value);
                case CHOICE -> {
                    String words = String.join(", ", setting.choices());
                    require(setting.choices().contains(value.text()), "one of " + words, value);
                }
                case LIST -> list(setting);
                case PAIRS -> pairs(setting);
            }
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ErrorCode.VALIDATION_ERROR, value.source() + ": " + e.getMessage()).because(e);
        }
    }

    private static void require(boolean condition, String allowed, Value value) {
        if (!condition) {
            throw new IllegalArgumentException("expected " + allowed + ", got \"" + value.text() + '"');
        }
    }

    /** The value as it was written, or the preset; empty when there is neither. */
    public Optional<String> text(Setting setting) {
        return Optional.ofNullable(values.get(setting)).map(Value::text);
    }

    /** Where the value comes from, in words. */
    public Optional<String> source(Setting setting) {
        return Optional.ofNullable(values.get(setting)).map(Value::source);
    }

    /** A {@link Setting.Kind#DURATION}; all of them have presets. */
    public Duration duration(Setting setting) {
        return Durations.parse(text(setting).orElseThrow());
    }

    /** A {@link Setting.Kind#WHOLE}. */
    public Optional<Integer> whole(Setting setting) {
        return text(setting).filter(text -> text.matches("[1-9]\\d{0,8}")).map(Integer::valueOf);
    }

    /** A {@link Setting.Kind#COUNT}; all of them have presets. */
    public int count(Setting setting) {
        return Integer.parseInt(text(setting).orElseThrow());
    }

    private static boolean isCount(String text) {
        return text.matches("\\d{1,2}") && Integer.parseInt(text) <= Setting.MOST;
    }

    /** A {@link Setting.Kind#DECIMAL}. */
    public Optional<BigDecimal> decimal(Setting setting) {
        return text(setting).filter(Settings::isAboveZero).map(BigDecimal::new);
    }

    /** Told from the text, because the first number with a fraction takes a process 10 ms. */
    private static boolean isAboveZero(String text) {
        return text.matches("\\d{1,9}(\\.\\d{1,6})?") && text.matches(".*[1-9].*");
    }

    /** A {@link Setting.Kind#LIST}. */
    public List<String> list(Setting setting) {
        return Stream.of(text(setting).orElse("").split(","))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    /** A {@link Setting.Kind#PAIRS}, in the order of the text; a name may occur more than once. */
    public List<Pair> pairs(Setting setting) {
        List<Pair> pairs = new ArrayList<>();
        for (String word : list(setting)) {
            int equals = word.indexOf('=');
            if (equals <= 0 || equals == word.length() - 1) {
                throw new IllegalArgumentException("expected name=value, got \"" + word + '"');
            }
            pairs.add(new Pair(
                    word.substring(0, equals).strip(),
                    word.substring(equals + 1).strip()));
        }
        return List.copyOf(pairs);
    }

    /** The user's home directory as the environment names it. */
    Optional<Path> userHome() {
        return userHome.isEmpty() ? Optional.empty() : Optional.of(Path.of(userHome));
    }
}

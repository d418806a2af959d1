package boxrun.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ProblemException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(20)
class SettingsTest {
    @TempDir
    Path directory;

    @Test
    void whatNobodySetsHasItsPreset() {
        Settings settings = load(Map.of());
        assertThat(settings.duration(Setting.IDLE_TIMEOUT)).isEqualTo(Duration.ofMinutes(10));
        assertThat(settings.text(Setting.RUNTIME)).contains("crun");
        assertThat(settings.decimal(Setting.CPU_OVERCOMMIT)).contains(new BigDecimal("8"));
        assertThat(settings.decimal(Setting.MAX_CPU)).isEmpty();
        assertThat(settings.count(Setting.SPARES)).isZero();
        assertThat(settings.list(Setting.INSECURE_REGISTRIES)).isEmpty();
    }

    @Test
    void aFlagWinsOverTheEnvironmentAndThatOverTheFile() throws IOException {
        Path file = file("pids = 1\nruntime = a\n\n# a comment\nidle_timeout=1m\n");
        Settings settings = Settings.load(
                Map.of("BOXRUN_CONFIG", file.toString(), "BOXRUN_PIDS", "2", "BOXRUN_RUNTIME", "b"),
                Map.of(Setting.PIDS, "3"));
        assertThat(settings.whole(Setting.PIDS)).contains(3);
        assertThat(settings.source(Setting.PIDS)).contains("--pids");
        assertThat(settings.text(Setting.RUNTIME)).contains("b");
        assertThat(settings.source(Setting.RUNTIME)).contains("BOXRUN_RUNTIME");
        assertThat(settings.duration(Setting.IDLE_TIMEOUT)).isEqualTo(Duration.ofMinutes(1));
        assertThat(settings.source(Setting.IDLE_TIMEOUT)).contains("idle_timeout in " + file);
    }

    @Test
    void theFileOfTheUserIsReadWhenItIsThere() throws IOException {
        Files.createDirectories(directory.resolve(".config/boxrun"));
        Files.writeString(directory.resolve(".config/boxrun/config"), "runtime = runc\n");
        assertThat(load(Map.of()).text(Setting.RUNTIME)).contains("runc");
    }

    @ParameterizedTest
    @EnumSource(Setting.class)
    void everySettingHasAVariableAKeyAndALine(Setting setting) {
        assertThat(setting.variable()).matches("BOXRUN_[A-Z_]+");
        assertThat(setting.key()).matches("[a-z_]+");
        assertThat(setting.description()).isNotBlank().doesNotEndWith(".");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "BOXRUN_IDLE_TIMEOUT | soon | BOXRUN_IDLE_TIMEOUT: expected a duration such as 500ms, 30s, 5m, 1h30m or 7d, got \"soon\"",
                "BOXRUN_PIDS | 0 | BOXRUN_PIDS: expected a whole number of at least 1, got \"0\"",
                "BOXRUN_SPARES | 17 | BOXRUN_SPARES: expected a whole number from 0 to 16, got \"17\"",
                "BOXRUN_SPARES | -1 | BOXRUN_SPARES: expected a whole number from 0 to 16, got \"-1\"",
                "BOXRUN_MAX_CPU | -1 | BOXRUN_MAX_CPU: expected a number above 0, got \"-1\"",
                "BOXRUN_LIMITS | maybe | BOXRUN_LIMITS: expected one of warn, strict, got \"maybe\"",
                "BOXRUN_LOG_LEVEL | loud | BOXRUN_LOG_LEVEL: expected one of error, warn, info, debug, got \"loud\"",
                "BOXRUN_REGISTRY_MIRRORS | docker.io | BOXRUN_REGISTRY_MIRRORS: expected name=value, got \"docker.io\"",
            })
    void aWrongValueIsNamedWithItsSource(String variable, String value, String message) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> load(Map.of(variable, value)))
                .withMessage(message);
    }

    @Test
    void severalMirrorsKeepTheirOrder() {
        assertThat(load(Map.of("BOXRUN_REGISTRY_MIRRORS", "docker.io=http://a:1, docker.io=http://b:2"))
                        .pairs(Setting.REGISTRY_MIRRORS))
                .containsExactly(
                        new Settings.Pair("docker.io", "http://a:1"), new Settings.Pair("docker.io", "http://b:2"));
    }

    @Test
    void anUnknownKeyIsAnErrorWithAGuess() throws IOException {
        Path file = file("runtime = crun\nidle_timout = 5m\n");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> load(Map.of("BOXRUN_CONFIG", file.toString())))
                .withMessage(file + ":2: there is no setting \"idle_timout\"")
                .satisfies(problem -> assertThat(problem.hint()).contains("did you mean idle_timeout?"));
    }

    @Test
    void aLineWithoutAValueOrAKeyThatOccursTwiceIsAnError() throws IOException {
        Path noValue = file("runtime\n");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> load(Map.of("BOXRUN_CONFIG", noValue.toString())))
                .withMessageEndingWith(":1: expected key = value, got \"runtime\"");
        Path twice = file("pids = 1\npids = 2\n");
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> load(Map.of("BOXRUN_CONFIG", twice.toString())))
                .withMessageEndingWith(":2: pids is set twice");
    }

    @Test
    void aFileThatTheUserNamesMustExist() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> load(Map.of("BOXRUN_CONFIG", directory + "/none")))
                .withMessage("BOXRUN_CONFIG names " + directory + "/none, which does not exist");
    }

    private Settings load(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(Map.of("HOME", directory.toString()));
        all.putAll(environment);
        return Settings.load(all, Map.of());
    }

    private Path file(String text) throws IOException {
        Path file = Files.createTempFile(directory, "config", "");
        return Files.writeString(file, text);
    }
}

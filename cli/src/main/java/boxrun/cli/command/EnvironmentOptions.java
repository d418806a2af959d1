package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.config.Reasons;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code -e} and {@code --env-file}: variables of a command in a box. What {@code -e} says wins over files. */
final class EnvironmentOptions {
    private EnvironmentOptions() {}

    static void addTo(CommandSpec spec) {
        spec.addOption(Options.values(
                "-e, --env",
                "NAME[=VALUE]",
                "set an environment variable; without a value, copy it from here",
                "A variable that is not set here is left out. May be given more than once; wins over --env-file."));
        spec.addOption(Options.values(
                "--env-file",
                "FILE",
                "read environment variables from a file",
                "One NAME=VALUE a line, taken literally; NAME alone copies the variable from here;",
                "empty lines and lines that start with # are skipped. May be given more than once."));
    }

    static Map<String, String> read(ParseResult parsed, Surroundings here) {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String file : Options.values(parsed, "--env-file")) {
            readFile(here.resolve(file), here, variables);
        }
        for (String setting : Options.values(parsed, "--env")) {
            set(setting, "-e " + setting, here, variables);
        }
        return variables;
    }

    private static void readFile(Path file, Surroundings here, Map<String, String> variables) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new ProblemException(
                            ErrorCode.VALIDATION_ERROR, "cannot read the --env-file: " + file + " is not UTF-8 text")
                    .because(e);
        } catch (IOException e) {
            throw new ProblemException(ErrorCode.VALIDATION_ERROR, "cannot read the --env-file: " + Reasons.of(e))
                    .because(e);
        }
        int number = 0;
        for (String line : lines) {
            number++;
            // Some editors begin a file with the sign for its encoding.
            String setting = (number == 1 ? line.replaceFirst("^\uFEFF", "") : line).stripLeading();
            if (!setting.isEmpty() && !setting.startsWith("#")) {
                set(setting, file + " line " + number, here, variables);
            }
        }
    }

    private static void set(String setting, String where, Surroundings here, Map<String, String> variables) {
        int equals = setting.indexOf('=');
        String name = equals < 0 ? setting : setting.substring(0, equals);
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.chars().anyMatch(Character::isWhitespace)) {
            throw new UsageException("bad variable in " + where + ": expected NAME=VALUE or NAME");
        }
        if (equals >= 0) {
            variables.put(name, setting.substring(equals + 1));
        } else if (here.environment().containsKey(name)) {
            variables.put(name, here.environment().get(name));
        }
    }
}

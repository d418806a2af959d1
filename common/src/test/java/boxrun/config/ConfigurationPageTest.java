package boxrun.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The table of docs/configuration.md is made from {@link Setting}: {@code -Dboxrun.docs=apply} rewrites it. */
@Timeout(20)
class ConfigurationPageTest {
    private static final Path PAGE =
            Path.of(System.getProperty("boxrun.checkout", "..")).resolve("docs/configuration.md");
    private static final String BEGIN = "<!-- from boxrun.config.Setting -->\n";
    private static final String END = "<!-- end -->\n";

    @Test
    void thePageListsEverySetting() throws IOException {
        String page = Files.readString(PAGE);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        String current = page.substring(0, begin) + table() + page.substring(page.indexOf(END));
        if ("apply".equals(System.getProperty("boxrun.docs"))) {
            Files.writeString(PAGE, current);
        } else {
            assertThat(page).isEqualTo(current);
        }
    }

    private static String table() {
        StringBuilder table = new StringBuilder("| Environment | File | Value | Default | |\n|---|---|---|---|---|\n");
        for (Setting setting : Setting.values()) {
            table.append("| `").append(setting.variable());
            table.append("` | `").append(setting.key());
            table.append("` | ").append(value(setting));
            table.append(" | ")
                    .append(setting.preset().map(text -> "`" + text + "`").orElse(""));
            table.append(" | ").append(setting.description()).append(" |\n");
        }
        return table.toString();
    }

    private static String value(Setting setting) {
        return switch (setting.kind()) {
            case TEXT -> "text";
            case DURATION -> "duration";
            case WHOLE -> "whole number";
            case COUNT -> "0 to " + Setting.MOST;
            case DECIMAL -> "number";
            case CHOICE -> "`" + String.join("`, `", setting.choices()) + "`";
            case LIST -> "`a,b`";
            case PAIRS -> "`a=b,c=d`";
        };
    }
}

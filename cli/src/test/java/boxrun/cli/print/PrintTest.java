package boxrun.cli.print;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import boxrun.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PrintTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");

    private record Thing(String name, long sizeBytes, List<String> tags, Map<String, Boolean> enforced) {}

    private static final Thing THING = new Thing("one", 1536, List.of("a", "b"), Map.of("cpu", true));

    @Test
    void columnsAreAsWideAsTheirWidestCell() {
        assertThat(new Table("NAME", "SIZE", "STATUS")
                        .row("web", "1.5 GiB", "running")
                        .row("a-longer-name", "12 B", "")
                        .row("größe", "", "stopped")
                        .text())
                .isEqualTo("""
                NAME            SIZE      STATUS
                web             1.5 GiB   running
                a-longer-name   12 B
                größe                     stopped
                """);
    }

    @Test
    void whatComesFromElsewhereCannotDriveTheTerminal() {
        assertThat(new Table("NAME").row("a\033[31mb\nc\u009b1m").text()).isEqualTo("NAME\na?[31mb?c?1m\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, just now", "1, 1 second ago", "59, 59 seconds ago", "60, 1 minute ago", "3599, 59 minutes ago",
        "3600, 1 hour ago", "86399, 23 hours ago", "86400, 1 day ago", "1209599, 13 days ago", "1209600, 2 weeks ago",
        "5184000, 2 months ago", "63072000, 2 years ago", "-5, just now",
    })
    void agesHaveOneUnit(long seconds, String words) {
        assertThat(Ages.ago(NOW.minus(Duration.ofSeconds(seconds)), NOW)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{{.Name}} {{.SizeBytes}} | one 1536",
                "{{.name}}={{.size_bytes}} | one=1536",
                "{{ .Tags }}/{{.Enforced.Cpu}} | a,b/true",
                "<{{.Enforced}}> | <cpu=true>",
                "{{json .Tags}} {{json .Name}} {{json .Enforced.Cpu}} | [\"a\",\"b\"] \"one\" true",
                "{{json .Enforced}} | {\"cpu\":true}",
                "{{json .}} | {\"name\":\"one\",\"size_bytes\":1536,\"tags\":[\"a\",\"b\"],\"enforced\":{\"cpu\":true}}",
            })
    void aTemplateNamesFieldsInAnyWayPeopleWriteThem(String template, String line) {
        assertThat(new Template(template).apply(Json.WIRE.tree((Object) THING))).isEqualTo(line);
    }

    @Test
    void aTemplateThatMakesNoSenseSaysWhy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Template("wide"))
                .withMessage("expected json, table or a text with {{.Field}} in it, got 'wide'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Template("{{.Name"))
                .withMessage("'{{' without '}}'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Template("{{index .}}"))
                .withMessage("expected a field such as {{.Id}}, got {{index .}}");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Template("{{.Nope}}").apply(Json.WIRE.tree((Object) THING)))
                .withMessage("no field .Nope; there are name, size_bytes, tags, enforced");
    }

    @Test
    void aListIsOneJsonArrayOrALineEachOrATable() {
        List<Thing> things = List.of(THING);
        assertThat(Listing.parse("json").text(things, list -> new Table("NO"))).isEqualTo("""
                [
                  {
                    "name": "one",
                    "size_bytes": 1536,
                    "tags": [
                      "a",
                      "b"
                    ],
                    "enforced": {
                      "cpu": true
                    }
                  }
                ]
                """);
        assertThat(Listing.parse("json").text(List.of(), list -> new Table("NO")))
                .isEqualTo("[]\n");
        assertThat(Listing.parse("{{.Name}}\\t{{.Tags}}").text(things, list -> new Table("NO")))
                .isEqualTo("one\ta,b\n");
        assertThat(Listing.parse("table {{.Name}}\\t{{.SizeBytes}} bytes\\t{{.size_bytes}}")
                        .text(things, list -> new Table("NO")))
                .isEqualTo("NAME   SIZE BYTES bytes   SIZE BYTES\none    1536 bytes         1536\n");
        assertThat(Listing.parse("table").text(things, list -> new Table("NAME").row("one")))
                .isEqualTo("NAME\none\n");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // NO_COLOR, CLICOLOR, CLICOLOR_FORCE, TERM, terminal, colour
                "-, -, -, xterm, true, COLOUR",
                "-, -, -, xterm, false, PLAIN",
                "1, -, -, xterm, true, PLAIN",
                "-, 0, -, xterm, true, PLAIN",
                "-, -, 1, xterm, false, COLOUR",
                "-, -, 0, xterm, false, PLAIN",
                "1, -, 1, xterm, true, PLAIN",
                "-, -, -, dumb, true, PLAIN",
                "-, -, -, -, true, PLAIN",
            })
    void colourFollowsTheEnvironment(
            @Nullable String noColor,
            @Nullable String cliColor,
            @Nullable String force,
            @Nullable String term,
            boolean terminal,
            Palette palette) {
        Map<String, String> environment = new HashMap<>();
        environment.put("NO_COLOR", noColor == null ? "" : noColor);
        environment.put("CLICOLOR", cliColor == null ? "" : cliColor);
        environment.put("CLICOLOR_FORCE", force == null ? "" : force);
        if (term != null) {
            environment.put("TERM", term);
        }
        assertThat(Palette.of(environment, terminal)).isEqualTo(palette);
    }
}

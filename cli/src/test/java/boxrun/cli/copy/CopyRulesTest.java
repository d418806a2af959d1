package boxrun.cli.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.ProblemException;
import boxrun.cli.copy.CopyRules.Aim;
import boxrun.cli.copy.CopyRules.Source;
import boxrun.cli.copy.CopyRules.State;
import boxrun.cli.copy.CopyRules.Target;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** docker cp's table, row by row. */
@Timeout(60)
class CopyRulesTest {
    private static Target target(String from, boolean directory, String to, State state, boolean parent) {
        return CopyRules.target(
                new Source(from, Place.name(from), directory, directory && Place.isContents(from)),
                new Aim(to, Place.name(to), state, Place.endsWithSlash(to), parent));
    }

    @ParameterizedTest
    @CsvSource({
        // what, whether a directory, where to, what is there, below it, called
        "a/f, false, x, MISSING, false, x",
        "a/f, false, x, FILE, false, x",
        "a/f, false, x, DIRECTORY, true, f",
        "a/f, false, x/, DIRECTORY, true, f",
        "a/d, true, x, MISSING, false, x",
        "a/d, true, x/, MISSING, false, x",
        "a/d/, true, x, MISSING, false, x",
        "a/d/., true, x, MISSING, false, x",
        "a/d, true, x, DIRECTORY, true, d",
        "a/d/, true, x, DIRECTORY, true, d",
        "a/d/., true, x, DIRECTORY, true, ''",
        "., true, x, DIRECTORY, true, ''",
        ".., true, x, DIRECTORY, true, ''",
        "/, true, x, DIRECTORY, true, ''",
    })
    void aCopyGoesWhereDockerPutsIt(
            String from, boolean directory, String to, State state, boolean inside, String name) {
        assertThat(target(from, directory, to, state, true)).isEqualTo(new Target(inside, name));
    }

    @ParameterizedTest
    @CsvSource({
        "a/f, false, x/, MISSING, true, cannot copy a/f to x/: there is no directory x/",
        "a/f, false, y/x, MISSING, false, cannot copy a/f to y/x: the directory that y/x would be in does not exist",
        "a/d, true, y/x, MISSING, false, cannot copy a/d to y/x: the directory that y/x would be in does not exist",
        "a/d, true, x, FILE, true, 'cannot copy a/d to x: x is a file, and a directory cannot become one'",
        "a/d/., true, x, FILE, true, 'cannot copy a/d/. to x: x is a file, and a directory cannot become one'",
        "a/f, false, x/, FILE, true, cannot copy a/f to x/: x/ is not a directory",
    })
    void whatDockerRefusesIsRefused(
            String from, boolean directory, String to, State state, boolean parent, String message) {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> target(from, directory, to, state, parent))
                .withMessage(message);
    }
}

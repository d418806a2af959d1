package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import boxrun.api.Box;
import boxrun.api.BoxStatus;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NamedBoxTest {
    private static final List<Box> BOXES =
            List.of(box("box_ab1111111111", "website"), box("box_ab2222222222", null), box("box_cd3333333333", "db"));

    private static Box box(String id, @Nullable String name) {
        return new Box(
                id,
                name,
                BoxStatus.RUNNING,
                "host",
                BigDecimal.TWO,
                1024,
                8,
                false,
                "/root",
                Map.of(),
                List.of(),
                null,
                null,
                Instant.EPOCH,
                null,
                null);
    }

    private static ProblemException notFound() {
        return new ProblemException(ErrorCode.BOX_NOT_FOUND, "there is no such box").hint("the daemon's");
    }

    private static ProblemException failure(String beginning) {
        try {
            throw new AssertionError(NamedBox.idOf(beginning, BOXES, notFound()));
        } catch (ProblemException e) {
            return e;
        }
    }

    @Test
    void theBeginningOfOneIdIsEnough() {
        assertThat(NamedBox.idOf("box_ab1", BOXES, notFound())).isEqualTo("box_ab1111111111");
        assertThat(NamedBox.idOf("box_c", BOXES, notFound())).isEqualTo("box_cd3333333333");
    }

    @Test
    void theBeginningOfSeveralIdsIsNot() {
        assertThat(failure("box_ab").message())
                .isEqualTo("more than one box has an id that begins with box_ab: box_ab1111111111, box_ab2222222222");
    }

    @Test
    void whatEveryIdBeginsWithNamesNoBox() {
        assertThat(failure("box_").message()).isEqualTo("there is no such box");
        assertThat(failure("b").message()).isEqualTo("there is no such box");
    }

    @Test
    void aNameThatIsAlmostRightIsSuggested() {
        assertThat(failure("webstie").hint()).isEqualTo(Optional.of("did you mean: website"));
        assertThat(failure("nothing-like-it").hint()).isEqualTo(Optional.of("the daemon's"));
    }

    @Test
    void aBoxThatIsGoneByNowIsNotAskedForAgain() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> NamedBox.idOf("box_ab1111111111", BOXES, notFound()))
                .withMessage("there is no such box");
    }
}

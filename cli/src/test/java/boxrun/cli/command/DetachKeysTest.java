package boxrun.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DetachKeysTest {
    /** Control characters as carets, and a slash where one read ends and the next begins. */
    private static String typed(String keys, String input) {
        DetachKeys detach = DetachKeys.of(keys, "--detach-keys");
        StringBuilder passed = new StringBuilder();
        for (String read : input.replace("^P", "\020").replace("^Q", "\021").split("/", -1)) {
            byte[] bytes = read.getBytes(StandardCharsets.ISO_8859_1);
            DetachKeys.Typed typed = detach.type(bytes, bytes.length);
            passed.append(StandardCharsets.ISO_8859_1.decode(typed.bytes()));
            if (typed.leave()) {
                passed.append("left");
                break;
            }
        }
        return passed.toString().replace("\020", "^P").replace("\021", "^Q");
    }

    @ParameterizedTest
    @CsvSource({
        "ctrl-p+ctrl-q, abc,       abc",
        "ctrl-p+ctrl-q, ab^P^Qc,   ableft",
        "ctrl-p+ctrl-q, ab^P/^Qc,  ableft",
        "ctrl-p+ctrl-q, ^Px^Q,     ^Px^Q",
        "ctrl-p+ctrl-q, ^P/x,      ^Px",
        "ctrl-p+ctrl-q, ^P^P^Q,    ^Pleft",
        "ctrl-p+ctrl-q, ^P^P^Px,   ^P^P^Px",
        "ctrl-p+ctrl-q, ^Q^P,      ^Q",
        "d,               abdc,      ableft",
        "d+ctrl-Q,      ab/d/^Q,   ableft",
        "a+a+b,           aaab,      aleft",
        "a+b+a+c,         ababac,    ableft",
        "none,            ^P^Q,      ^P^Q",
    })
    void onlyTheWholeSequenceLeaves(String keys, String input, String result) {
        assertThat(typed(keys.replace("+", ","), input)).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ctrl-", "ctrl-1", "alt-x", "ab", "a,,b", " "})
    void otherKeysAreRefused(String keys) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> DetachKeys.of(keys, "--detach-keys"))
                .withMessage("bad value for --detach-keys: expected keys such as ctrl-p,ctrl-q or none, got \"" + keys
                        + '"');
    }
}

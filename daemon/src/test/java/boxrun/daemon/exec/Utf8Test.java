package boxrun.daemon.exec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class Utf8Test {

    @Test
    void everyCharacterIsWholeAndEveryPartOfOneIsUnfinished() {
        for (int codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
            if (codePoint >= 0xd800 && codePoint <= 0xdfff) {
                continue;
            }
            byte[] bytes = new String(Character.toChars(codePoint)).getBytes(UTF_8);
            boolean right = Utf8.validUntil(bytes, 0, bytes.length) == bytes.length
                    && Utf8.unfinished(bytes, 0, bytes.length) == 0;
            for (int length = 1; length < bytes.length; length++) {
                right &= Utf8.unfinished(bytes, 0, length) == length && Utf8.validUntil(bytes, 0, length) == 0;
            }
            if (!right) {
                fail("U+%x is taken apart", codePoint);
            }
        }
    }

    @Test
    void whatTheJdkCallsMalformedIsNotValid() {
        Random random = new Random(11);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[1 + random.nextInt(4)];
            random.nextBytes(bytes);
            bytes[0] |= (byte) 0x80;
            boolean valid = Utf8.validUntil(bytes, 0, bytes.length) == bytes.length;
            assertThat(valid).isEqualTo(jdkAccepts(bytes, bytes.length));
            int unfinished = Utf8.unfinished(bytes, 0, bytes.length);
            assertThat(unfinished > 0).isEqualTo(canBecomeValid(bytes));
        }
    }

    /** Whether some bytes after these make a character of its end. */
    private static boolean canBecomeValid(byte[] bytes) {
        for (int start = bytes.length - 1; start >= Math.max(0, bytes.length - 3); start--) {
            int count = bytes.length - start;
            for (int second : new int[] {0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf}) {
                for (int length = count + 1; length <= 4; length++) {
                    byte[] longer = new byte[length];
                    java.util.Arrays.fill(longer, (byte) second);
                    System.arraycopy(bytes, start, longer, 0, count);
                    String text = new String(longer, UTF_8);
                    if (jdkAccepts(longer, length) && text.codePointCount(0, text.length()) == 1) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static boolean jdkAccepts(byte[] bytes, int length) {
        try {
            UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}

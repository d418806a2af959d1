package boxrun.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ContentDispositionTest {

    @Test
    void anyNameFitsInAHeader() {
        assertThat(ContentDisposition.attachment("a b.txt")).isEqualTo("attachment; filename=\"a b.txt\"");
        assertThat(ContentDisposition.attachment("a\"b\\c")).isEqualTo("attachment; filename=\"a\\\"b\\\\c\"");
        assertThat(ContentDisposition.attachment("grün€😀"))
                .isEqualTo("attachment; filename=\"gr_n__\"; filename*=UTF-8''gr%C3%BCn%E2%82%AC%F0%9F%98%80");
        assertThat(ContentDisposition.attachment("x\r\nSet-Cookie: y"))
                .isEqualTo("attachment; filename=\"x__Set-Cookie: y\"; filename*=UTF-8''x%0D%0ASet-Cookie%3A%20y");
    }
}

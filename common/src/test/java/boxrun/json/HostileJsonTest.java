package boxrun.json;

import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.CreateBox;
import boxrun.api.Run;
import boxrun.api.StartExec;
import boxrun.fuzz.Fuzz;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a client sends as JSON: it is a request, or refused as {@link MalformedJsonException}. */
@Timeout(60)
class HostileJsonTest {

    @Test
    void anyRequestIsReadOrRefused() {
        List<Class<?>> requests = List.of(CreateBox.class, StartExec.class, Run.class, JsonValue.class);
        List<Class<? extends Exception>> refusals = List.of(MalformedJsonException.class);
        Fuzz.Tally tally = new Fuzz(Fuzz.corpus(getClass(), "corpus-request"), refusals, 2 << 20)
                .run(text -> Json.WIRE.decode(text, requests.get(Math.floorMod(text.length, requests.size()))));
        assertThat(tally.read()).isPositive();
        assertThat(tally.refused()).isPositive();
    }
}

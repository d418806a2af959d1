package boxrun.daemon.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** docs/agent-protocol.md, the daemon and the agent mean the same numbers. */
@Timeout(20)
class AgentProtocolPageTest {
    private static final Path CHECKOUT = Path.of(System.getProperty("boxrun.checkout", ".."));

    private static Map<String, Integer> numbers(Path file, String pattern, int name, int number) throws IOException {
        Map<String, Integer> numbers = new TreeMap<>();
        Matcher matcher = Pattern.compile(pattern, Pattern.MULTILINE).matcher(Files.readString(CHECKOUT.resolve(file)));
        while (matcher.find()) {
            numbers.put(matcher.group(name), Integer.decode(matcher.group(number)));
        }
        return numbers;
    }

    private static Map<String, Integer> page(String pattern) throws IOException {
        return numbers(Path.of("docs/agent-protocol.md"), pattern, 2, 1);
    }

    private static Map<String, Integer> agent(String pattern) throws IOException {
        return numbers(Path.of("daemon/src/main/c/agent/frames.h"), pattern, 1, 2);
    }

    @Test
    void theTypesOfFramesAreTheSame() throws Exception {
        Map<String, Integer> daemon = new TreeMap<>();
        for (Field field : FrameType.class.getDeclaredFields()) {
            if (!field.getName().matches("MAGIC|VERSION|FLAG_.*")) {
                daemon.put(field.getName(), field.getInt(null));
            }
        }
        assertThat(daemon).hasSizeGreaterThan(20);
        assertThat(page("^\\| (0x[0-9a-f]{2}) \\| ([A-Z_]+) \\|")).isEqualTo(daemon);
        assertThat(agent("^ +FRAME_([A-Z_]+) = (0x[0-9a-f]+),")).isEqualTo(daemon);
    }

    @Test
    void theStepsOfAStartAreTheSame() throws Exception {
        Map<String, Integer> daemon = new TreeMap<>();
        for (int number = 1; StartStage.of(number).isPresent(); number++) {
            daemon.put(StartStage.of(number).orElseThrow().name(), number);
        }
        assertThat(daemon).hasSizeGreaterThan(10);
        assertThat(page("^\\| ([0-9]+) \\| ([A-Z_]+) \\|")).isEqualTo(daemon);
        assertThat(agent("^ +STAGE_([A-Z_]+) = ([0-9]+),")).isEqualTo(daemon);
    }
}

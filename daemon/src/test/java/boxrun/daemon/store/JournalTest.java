package boxrun.daemon.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalTest {
    @TempDir
    Path directory;

    @Test
    void aNewJournalIsEmpty() {
        assertThat(lines(directory.resolve("journal"))).isEmpty();
    }

    @Test
    void linesComeBackInOrderHoweverLong() {
        Path path = directory.resolve("journal");
        List<String> written = new ArrayList<>();
        try (Journal journal = Journal.open(path)) {
            for (int length : List.of(0, 1, 5, 65_535, 65_536, 65_537, 200_000, 3)) {
                written.add("x".repeat(length));
                journal.append(written.getLast().getBytes(UTF_8));
            }
        }
        assertThat(lines(path)).isEqualTo(written);
    }

    @Test
    void aTornLineIsForgottenWhereverItWasTorn() throws Exception {
        Path path = directory.resolve("journal");
        try (Journal journal = Journal.open(path)) {
            journal.append("first".getBytes(UTF_8));
            journal.append("second, which is longer".getBytes(UTF_8));
        }
        byte[] whole = Files.readAllBytes(path);
        for (int length = 0; length < whole.length; length++) {
            Files.write(path, whole);
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
                file.truncate(length);
            }
            try (Journal journal = Journal.open(path)) {
                journal.append("third".getBytes(UTF_8));
            }
            assertThat(lines(path)).isEqualTo(length < 6 ? List.of("third") : List.of("first", "third"));
        }
    }

    @Test
    void aTornLineLongerThanABlockIsForgotten() throws Exception {
        Path path = directory.resolve("journal");
        try (Journal journal = Journal.open(path)) {
            journal.append("kept".getBytes(UTF_8));
        }
        byte[] garbage = new byte[300_000];
        new Random(1).nextBytes(garbage);
        for (int i = 0; i < garbage.length; i++) {
            garbage[i] = garbage[i] == '\n' ? 0 : garbage[i];
        }
        Files.write(path, garbage, StandardOpenOption.APPEND);
        assertThat(lines(path)).containsExactly("kept");
        assertThat(path).hasSize(5);
    }

    private static List<String> lines(Path path) {
        List<String> lines = new ArrayList<>();
        try (Journal journal = Journal.open(path)) {
            journal.replay(line -> lines.add(new String(line, UTF_8)));
        }
        return lines;
    }
}

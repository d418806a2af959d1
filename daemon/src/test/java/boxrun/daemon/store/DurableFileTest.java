package boxrun.daemon.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DurableFileTest {
    @TempDir
    Path directory;

    @Test
    void aFileThatWasNeverWrittenIsEmpty() {
        assertThat(new DurableFile(directory.resolve("none")).read()).isEmpty();
    }

    @Test
    void theLastContentIsRead() {
        DurableFile file = new DurableFile(directory.resolve("record.json"));
        file.write("a longer first content".getBytes(UTF_8));
        file.write("second".getBytes(UTF_8));
        assertThat(file.read()).hasValue("second".getBytes(UTF_8));
        assertThat(directory).isDirectoryContaining("glob:**/record.json").isDirectoryNotContaining("glob:**/*.tmp");
    }

    @Test
    void aReaderNeverSeesHalfARecord() throws Exception {
        DurableFile file = new DurableFile(directory.resolve("record"));
        byte[] old = "a".repeat(100_000).getBytes(UTF_8);
        byte[] young = "b".repeat(50_000).getBytes(UTF_8);
        file.write(old);
        Thread writer = Thread.startVirtualThread(() -> {
            for (int i = 0; i < 100; i++) {
                file.write(i % 2 == 0 ? young : old);
            }
        });
        while (writer.isAlive()) {
            assertThat(file.read().orElseThrow()).isIn(old, young);
        }
        writer.join();
    }

    @Test
    void aFailedWriteNamesTheFileAndLeavesNothing() throws Exception {
        Path target = Files.createDirectory(directory.resolve("record"));
        Files.createFile(target.resolve("child"));
        assertThatThrownBy(() -> new DurableFile(target).write(new byte[10]))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("cannot write " + target + ": ");
        assertThat(directory).isDirectoryNotContaining("glob:**/*.tmp");
    }

    @Test
    void whatAKilledWriterLeftIsSweptAndNothingElse() throws Exception {
        Files.createFile(directory.resolve(".record.17-1.tmp"));
        Files.createFile(directory.resolve("mine.tmp"));
        DurableFile.sweep(directory);
        DurableFile.sweep(directory.resolve("missing"));
        assertThat(directory).isDirectoryContaining("glob:**/mine.tmp").isDirectoryNotContaining("glob:**/.record*");
    }

    @Test
    void aRemovedFileIsGoneAndMayBeRemovedAgain() {
        DurableFile file = new DurableFile(directory.resolve("record"));
        file.write(new byte[3]);
        file.remove();
        file.remove();
        assertThat(file.read()).isEmpty();
    }
}

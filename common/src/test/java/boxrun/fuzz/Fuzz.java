package boxrun.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * Feeds changed samples to something that reads bytes from outside. Each is read, or refused with one of the exceptions
 * that the reader declares, within bounds of time and memory; all else is a finding. The same changes come every time,
 * unless {@code -Dboxrun.fuzz.seed=NUMBER} and {@code -Dboxrun.fuzz.seconds=NUMBER} ask for others and for more.
 */
public final class Fuzz {
    private static final long SEED = Long.getLong("boxrun.fuzz.seed", 20_261_127);
    private static final Duration TIME = Duration.ofSeconds(Long.getLong("boxrun.fuzz.seconds", 3));
    /** Much more than any of these inputs should take, also on a busy machine. */
    private static final Duration MOST_TIME = Duration.ofSeconds(20);

    private static final int FEW = 200;
    /** Objects of the shortest parts, which live shortly. */
    private static final long MOST_PER_BYTE = 400;

    /** What is tested. */
    public interface Reader {
        void read(byte[] input) throws Exception;
    }

    /** How many inputs were read, and how many refused. */
    public record Tally(int read, int refused) {}

    private final List<byte[]> samples;
    private final List<Class<? extends Exception>> declared;
    private final long mostBytes;

    /**
     * @param declared exceptions by which an input may be refused
     * @param mostBytes that reading one input may allocate
     */
    public Fuzz(List<byte[]> samples, List<Class<? extends Exception>> declared, long mostBytes) {
        this.samples = List.copyOf(samples);
        this.declared = List.copyOf(declared);
        this.mostBytes = mostBytes;
    }

    /** The files of a directory of test resources: honest samples, and what has once been a finding. */
    public static List<byte[]> corpus(Class<?> test, String name) {
        URL url = test.getResource(name);
        if (url == null) {
            throw new IllegalArgumentException("there is no corpus " + name + " beside " + test);
        }
        List<byte[]> corpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of(url.toURI()))) {
            for (Path file : files.sorted().toList()) {
                corpus.add(Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
        return corpus;
    }

    /** Reads all samples as they are, and then changed ones until the time is up. */
    public Tally run(Reader reader) {
        Mutations mutations = new Mutations(SEED, samples);
        int read = 0;
        int count = 0;
        samples.forEach(sample -> attempt(reader, sample, "sample"));
        long end = System.nanoTime() + TIME.toNanos();
        for (; count < FEW || System.nanoTime() < end; count++) {
            read += one(reader, mutations.next(), "input " + count + " of seed " + SEED) ? 1 : 0;
        }
        return new Tally(read, count - read);
    }

    private boolean one(Reader reader, byte[] input, String which) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        boolean read = attempt(reader, input, which);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        if (allocated > mostBytes + MOST_PER_BYTE * input.length) {
            throw new AssertionError(which + " takes " + allocated + " bytes of memory: " + shown(input));
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        if (took.compareTo(MOST_TIME) > 0) {
            throw new AssertionError(which + " takes " + took + ": " + shown(input));
        }
        return read;
    }

    private boolean attempt(Reader reader, byte[] input, String which) {
        try {
            reader.read(input);
            return true;
        } catch (Throwable refused) {
            if (declared.stream().noneMatch(type -> type.isInstance(refused))) {
                throw new AssertionError(which + " is answered by " + refused + ": " + shown(input), refused);
            }
            return false;
        }
    }

    private static String shown(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        return text.chars().allMatch(c -> c >= ' ' && c <= '~')
                ? text
                : "base64 " + Base64.getEncoder().encodeToString(input);
    }
}

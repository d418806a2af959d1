package boxrun.daemon.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings published layers to the disk, behind the back of whoever waits for them: one sync of the file system costs
 * seconds where others write much, and a box can start without it. Layers that come while one runs share the next.
 */
final class LayerSync implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LayerSync.class.getName());
    private static final long LONGEST_MINUTES = 10;

    private final Path directory;
    private final Consumer<Layer> done;
    private final String boot;
    private List<Layer> waiting = new ArrayList<>();
    private @Nullable Thread thread;

    /** @param done is told of each layer that will survive a crash of the host */
    LayerSync(Path directory, Consumer<Layer> done) {
        this.directory = directory;
        this.done = done;
        this.boot = readBoot();
    }

    private static String readBoot() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read which boot of the host this is", e);
        }
    }

    /** Which run of the host this is. */
    String boot() {
        return boot;
    }

    synchronized void soon(Layer layer) {
        waiting.add(layer);
        if (thread == null) {
            thread = Thread.ofVirtual().name("layer-sync").start(this::run);
        }
    }

    private void run() {
        for (List<Layer> batch = next(); !batch.isEmpty(); batch = next()) {
            try {
                if (sync()) {
                    batch.forEach(done);
                }
            } catch (RuntimeException | IOException e) {
                LOG.log(System.Logger.Level.WARNING, "cannot bring layers to the disk", e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized List<Layer> next() {
        List<Layer> batch = waiting;
        waiting = new ArrayList<>();
        if (batch.isEmpty()) {
            thread = null;
        }
        return batch;
    }

    /** sync(1) of coreutils: the JDK has no syncfs(2). */
    private boolean sync() throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sync", "--file-system", directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            return false;
        }
        return process.exitValue() == 0;
    }

    /** Waits for what is under way. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}

package boxrun.daemon.engine.container;

import boxrun.daemon.agent.AgentException;
import boxrun.daemon.agent.CommandSpec;
import boxrun.daemon.agent.KnownCommand;
import boxrun.daemon.engine.FileSink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Files into and out of a running box, by the {@link FileScript}s that run there. */
final class FileTransfer {
    private static final System.Logger LOG = System.getLogger(FileTransfer.class.getName());
    /** What the agent's commands for files are called, so that the next daemon knows them. */
    private static final String ID = "files-";
    /** And so that this daemon knows its own. */
    private static final String OWN = ID + ProcessHandle.current().pid() + "-" + System.nanoTime() + "-";
    /** What fits in one frame to the agent. */
    private static final int BUFFER = 65536 - 8;

    private static final int MAX_PATH = 16 << 10;
    /** A script that is told to end takes some milliseconds. */
    private static final Duration END_WITHIN = Duration.ofSeconds(2);

    private static final AtomicLong COUNT = new AtomicLong();

    private final AgentLink link;

    /** A script that takes what somebody sends. */
    record Upload(TransferOutput output, BoxProcess process) {}

    FileTransfer(AgentLink link) {
        this.link = link;
    }

    void in(String directory, InputStream tar) {
        TransferOutput output = new TransferOutput(OutputStream.nullOutputStream(), "copy into " + directory);
        feed(output, tar, FileScript.UNPACK, directory);
    }

    void out(String path, OutputStream tar) {
        String plain = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        int slash = plain.lastIndexOf('/');
        String parent = slash <= 0 ? "/" : plain.substring(0, slash);
        String name = plain.equals("/") ? "." : plain.substring(slash + 1);
        TransferOutput output = new TransferOutput(tar, "copy " + path);
        output.await(start(output, false, FileScript.PACK, plain, parent, name));
    }

    String write(String path, String name, InputStream content) {
        BoundedOutput written = new BoundedOutput(MAX_PATH);
        TransferOutput output = new TransferOutput(written, "write " + path);
        feed(output, content, FileScript.WRITE, path, name, ID + UUID.randomUUID());
        return written.text();
    }

    void read(String path, FileSink sink) {
        SizedContent content = new SizedContent(sink);
        TransferOutput output = new TransferOutput(content, "read " + path);
        output.await(start(output, false, FileScript.READ, path));
        content.requireAll(path);
    }

    void makeDirectory(String directory) {
        TransferOutput output = new TransferOutput(OutputStream.nullOutputStream(), "make directory " + directory);
        output.await(start(output, false, FileScript.MAKE_DIRECTORY, directory));
    }

    /** The source is read by a thread of its own, since nobody knows when its client sends something. */
    private void feed(TransferOutput output, InputStream source, FileScript script, String... arguments) {
        BoxProcess process = start(output, true, script, arguments);
        Upload upload = new Upload(output, process);
        link.uploads().add(upload);
        Thread sending = Thread.ofVirtual().name("upload").start(() -> send(source, output, process));
        try {
            output.await(process);
            output.await(sending);
        } finally {
            link.uploads().remove(upload);
        }
    }

    private static void send(InputStream source, TransferOutput output, BoxProcess process) {
        try {
            copy(source, process.stdin());
        } catch (RuntimeException e) {
            output.fail(e);
        } catch (IOException e) {
            output.fail(output.failed(String.valueOf(e.getMessage())).because(e));
        } catch (Error e) {
            output.fail(new IllegalStateException(e));
            throw e;
        }
    }

    /** Fails only when the source does: of a command that reads no more its end says why. */
    private static void copy(InputStream source, OutputStream stdin) throws IOException {
        byte[] buffer = new byte[BUFFER];
        for (int count = source.readNBytes(buffer, 0, BUFFER);
                count > 0;
                count = source.readNBytes(buffer, 0, BUFFER)) {
            try {
                stdin.write(buffer, 0, count);
            } catch (IOException readsNoMore) {
                return;
            }
        }
        try {
            stdin.close();
        } catch (IOException hasEnded) {
            LOG.log(Level.DEBUG, "the end of a transfer", hasEnded);
        }
    }

    private BoxProcess start(TransferOutput output, boolean stdin, FileScript script, String... arguments) {
        String id = OWN + COUNT.incrementAndGet();
        BoxProcess process = new BoxProcess(link, id, output, link.kills());
        output.of(link, id);
        process.start(
                new CommandSpec(id, script.command(arguments), Map.of(), "/", "0", Optional.empty(), stdin, List.of()));
        return process;
    }

    /** Ends what is being copied into a box that is to be stopped: killed, it would leave half a file there. */
    static void endUploads(AgentLink link) {
        link.uploads().forEach(upload -> upload.output().boxStops(upload.process(), END_WITHIN));
    }

    /** Ends what a daemon that is no more was doing with the box's files: nobody will send the rest. */
    static void endAbandoned(AgentLink link) {
        Thread.ofVirtual().name("end transfers").start(() -> {
            try {
                link.connection().list().stream()
                        .filter(known ->
                                known.id().startsWith(ID) && !known.id().startsWith(OWN))
                        .forEach(known -> endAbandoned(link, known));
            } catch (AgentException e) {
                LOG.log(Level.WARNING, "cannot end what was being copied: " + e.getMessage());
            }
        });
    }

    private static void endAbandoned(AgentLink link, KnownCommand known) {
        TransferOutput output = new TransferOutput(OutputStream.nullOutputStream(), "end a transfer");
        output.of(link, known.id());
        BoxProcess process = new BoxProcess(link, known.id(), output, link.kills());
        try {
            if (process.resume(known.stdout().end(), known.stderr().end())) {
                output.abort(process);
            }
        } catch (AgentException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "cannot end " + known.id() + ": " + e.getMessage());
        }
    }

    /** Keeps a little text. */
    private static final class BoundedOutput extends OutputStream {
        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
        private final int limit;

        BoundedOutput(int limit) {
            this.limit = limit;
        }

        @Override
        public void write(int value) {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] data, int from, int length) {
            bytes.write(data, from, Math.min(length, limit - Math.min(limit, bytes.size())));
        }

        String text() {
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }
}

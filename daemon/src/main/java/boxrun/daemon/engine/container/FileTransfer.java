package boxrun.daemon.engine.container;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.api.Stream;
import boxrun.daemon.agent.CommandSpec;
import boxrun.daemon.engine.ProcessEnd;
import boxrun.daemon.engine.ProcessOutput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Tar streams into and out of a running box: the box's own tar (a busybox of the host, mounted there) does it, so that
 * every path means what it means in the box and no link leads out of it.
 */
final class FileTransfer {
    private static final String BUSYBOX = RuntimeSpec.BUSYBOX;
    private static final int NOT_FOUND = 44;
    private static final int MAX_WORDS = 4096;

    private static final String IN =
            "set -e; " + BUSYBOX + " mkdir -p -- \"$1\"; exec " + BUSYBOX + " tar -C \"$1\" --numeric-owner -xpf -";
    private static final String OUT = "[ -e \"$1\" ] || [ -L \"$1\" ] || exit " + NOT_FOUND + "; exec " + BUSYBOX
            + " tar -C \"$2\" --numeric-owner -cf - -- \"$3\"";

    private final AgentLink link;

    FileTransfer(AgentLink link) {
        this.link = link;
    }

    void in(String directory, InputStream tar) {
        String tried = "copy into " + directory;
        Transfer transfer = new Transfer(OutputStream.nullOutputStream());
        BoxProcess process = start(transfer, true, IN, directory);
        try (OutputStream stdin = process.stdin()) {
            tar.transferTo(stdin);
        } catch (IOException e) {
            // When tar has ended its own words say why; otherwise the source has failed, and tar must not wait for it.
            process.end(Duration.ZERO);
            transfer.await(tried, link, process);
            throw new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": " + e.getMessage()).because(e);
        }
        transfer.await(tried, link, process);
    }

    void out(String path, OutputStream tar) {
        String plain = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        int slash = plain.lastIndexOf('/');
        String parent = slash <= 0 ? "/" : plain.substring(0, slash);
        String name = plain.equals("/") ? "." : plain.substring(slash + 1);
        Transfer transfer = new Transfer(tar);
        BoxProcess process = start(transfer, false, OUT, plain, parent, name);
        transfer.await("copy " + path, link, process);
    }

    void makeDirectory(String directory) {
        Transfer transfer = new Transfer(OutputStream.nullOutputStream());
        BoxProcess process = start(transfer, false, "exec " + BUSYBOX + " mkdir -p -- \"$1\"", directory);
        transfer.await("make directory " + directory, link, process);
    }

    private BoxProcess start(Transfer transfer, boolean stdin, String script, String... arguments) {
        List<String> argv = new java.util.ArrayList<>(List.of(BUSYBOX, "sh", "-c", script, "sh"));
        argv.addAll(List.of(arguments));
        transfer.id = "files-" + UUID.randomUUID();
        BoxProcess process = new BoxProcess(link, transfer.id, transfer, () -> 0, 0);
        process.start(new CommandSpec(transfer.id, argv, Map.of(), "/", "0", Optional.empty(), stdin, List.of()));
        return process;
    }

    /** What tar writes, and how it ends. */
    private static final class Transfer implements ProcessOutput {
        private final OutputStream target;
        private final ByteArrayOutputStream words = new ByteArrayOutputStream();
        private final BlockingQueue<ProcessEnd> end = new ArrayBlockingQueue<>(1);
        private volatile Optional<IOException> targetFailed = Optional.empty();
        private String id = "";

        Transfer(OutputStream target) {
            this.target = target;
        }

        @Override
        public void bytes(Stream stream, long offset, byte[] data) {
            switch (stream) {
                case STDOUT -> {
                    try {
                        if (targetFailed.isEmpty()) {
                            target.write(data);
                        }
                    } catch (IOException e) {
                        targetFailed = Optional.of(e);
                    }
                }
                case STDERR ->
                    words.write(data, 0, Math.min(data.length, MAX_WORDS - Math.min(MAX_WORDS, words.size())));
            }
        }

        @Override
        public void ended(ProcessEnd how) {
            end.add(how);
        }

        void await(String tried, AgentLink link, BoxProcess process) {
            try {
                ProcessEnd how = end.take();
                link.connection().forget(id);
                if (targetFailed.isPresent()) {
                    throw new UncheckedIOException(targetFailed.get());
                }
                check(tried, how);
            } catch (InterruptedException e) {
                process.end(Duration.ZERO);
                throw Commands.interrupted(tried, e);
            }
        }

        private void check(String tried, ProcessEnd how) {
            switch (how) {
                case ProcessEnd.Exited(int code) when code == 0 -> {}
                case ProcessEnd.Exited(int code)
                when code == NOT_FOUND ->
                    throw new ProblemException(
                            ErrorCode.FILE_NOT_FOUND,
                            "cannot " + tried + ": there is no such file or directory in the box");
                case ProcessEnd.Exited(int code) -> throw failed(tried, words(code));
                case ProcessEnd.Signaled(int signal, boolean _) ->
                    throw failed(tried, "tar was ended by signal " + signal);
                case ProcessEnd.NotStarted(int _, String message) -> throw failed(tried, message);
                case ProcessEnd.BoxGone(String message) -> throw failed(tried, message);
            }
        }

        private String words(int code) {
            String said = words.toString(StandardCharsets.UTF_8).strip();
            return said.isEmpty() ? "tar ended with code " + code : said.replaceAll("\\s*\\R\\s*", "; ");
        }

        private static ProblemException failed(String tried, String why) {
            return new ProblemException(ErrorCode.RUNTIME_ERROR, "cannot " + tried + ": " + why);
        }
    }
}

package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import boxrun.api.Box;
import boxrun.api.Exec;
import boxrun.api.ProblemException;
import boxrun.client.BoxFiles;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong while files are copied leaves nothing behind, and what a box does meanwhile stays in the box. */
@Timeout(180)
@TestInstance(Lifecycle.PER_CLASS)
class FileMishapTest {
    private static final Duration SWAPPING = Duration.ofSeconds(20);

    private final DaemonProcess daemon;
    private final Box box;
    private final Commands commands;

    @TempDir
    Path place;

    FileMishapTest() throws Exception {
        daemon = new DaemonProcess();
        daemon.start();
        box = daemon.box("{}");
        commands = daemon.commands(box);
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
    }

    @Test
    void aClientThatVanishesWhileItUploadsLeavesNothing() throws Exception {
        sh("mkdir -p /root/up; echo before > /root/up/kept");
        for (String query : List.of("", "?archive=tar")) {
            for (boolean chunked : new boolean[] {false, true}) {
                try (SocketChannel socket = connect()) {
                    beginUpload(socket, query, "/root/up" + (query.isEmpty() ? "/kept" : ""), chunked);
                    awaitTransfers(true);
                }
                awaitTransfers(false);
                assertThat(sh("cat /root/up/kept; ls -A /root/up | grep -v big"))
                        .isEqualTo("before\nkept\n");
            }
        }
    }

    /** Often it would go well by luck: the script hears TERM a moment before it is killed. */
    @Test
    void aStopWithoutGraceLeavesNothingOfAnUpload() throws Exception {
        sh("mkdir -p /root/halted; echo before > /root/halted/kept");
        for (int i = 0; i < 20; i++) {
            try (SocketChannel socket = connect()) {
                beginUpload(socket, "", "/root/halted/kept", true);
                sh("until ls -A /root/halted | grep -q files; do sleep 0.02; done");
                daemon.client().stop(box.id(), Duration.ZERO);
            }
            daemon.client().start(box.id());
        }
        assertThat(sh("cat /root/halted/kept; ls -A /root/halted")).isEqualTo("before\nkept\n");
    }

    @Test
    void aClientThatVanishesWhileItDownloadsLeavesNothing() throws Exception {
        sh("head -c 50000000 /dev/zero > /root/large");
        for (String more : List.of("", ",\"archive\":\"tar\"")) {
            try (SocketChannel socket = connect()) {
                write(socket, request("files/download", "application/json", "{\"path\":\"/root/large\"" + more + "}"));
                read(socket, 100_000);
                awaitTransfers(true);
            }
            awaitTransfers(false);
        }
    }

    @Test
    void aDownloadThatFailsMidwayDoesNotLookComplete() throws Exception {
        sh("mkdir -p /root/tree; head -c 50000000 /dev/zero > /root/tree/a");
        for (String what : List.of("\"path\":\"/root/tree/a\"", "\"path\":\"/root/tree\",\"archive\":\"tar\"")) {
            try (SocketChannel socket = connect()) {
                write(socket, request("files/download", "application/json", "{" + what + "}"));
                String head = read(socket, 100_000);
                assertThat(head).startsWith("HTTP/1.1 200 OK");
                sh(
                        "for p in /proc/[0-9]*; do if grep -q '[b]oxrun/busybox' $p/cmdline; then kill -9 ${p#/proc/}; fi; done");
                String rest = read(socket, Integer.MAX_VALUE);
                boolean chunked = head.contains("chunked");
                assertThat(chunked).isEqualTo(what.contains("archive"));
                assertThat(rest).doesNotEndWith("\r\n0\r\n\r\n");
                assertThat(head.length() + rest.length()).isLessThan(50_000_000);
            }
            awaitTransfers(false);
        }
    }

    @Test
    void aDaemonThatIsKilledLeavesNothingOfATransfer() throws Exception {
        sh("mkdir -p /root/down; echo before > /root/down/kept");
        try (SocketChannel upload = connect();
                SocketChannel archive = connect()) {
            beginUpload(upload, "", "/root/down/kept", true);
            beginUpload(archive, "?archive=tar", "/root/other", true);
            awaitTransfers(true);
            daemon.kill();
        }
        daemon.start();
        awaitTransfers(false);
        assertThat(sh("cat /root/down/kept; ls -A /root/down")).isEqualTo("before\nkept\n");
    }

    /** A box may do with its files what it likes, and point its links where it likes. */
    @Test
    void linksThatAreSwappedWhileFilesAreCopiedNeverReachTheHost() throws Exception {
        Path marker = Files.createDirectory(place.resolve("marker"));
        Path secret = Files.writeString(marker.resolve("secret"), "of the host");
        Object before = Files.getLastModifiedTime(secret);
        sh("mkdir -p /root/swap/real " + marker + "; echo real > /root/swap/real/secret; echo same > " + secret);
        Exec swapping = commands.perl("""
                chdir "/root/swap"; my $m = "%s";
                my @t = ("real", $m, "../../../../../../../..$m", "/proc/1/root$m", "/proc/self/cwd/real", "/no/where");
                for (my $i = 0; ; $i++) {
                  symlink($t[$i %% @t], "n"); rename("n", "dir");
                  if ($i %% 2) { symlink("$m/secret", "f") } else { open(my $h, ">", "f"); print $h "plain"; close $h }
                  rename("f", "file");
                }
                """.formatted(marker));
        Set<String> seen = ConcurrentHashMap.newKeySet();
        AtomicInteger copies = new AtomicInteger();
        long end = System.nanoTime() + SWAPPING.toNanos();
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            workers.add(Thread.ofVirtual().start(() -> {
                BoxFiles files = daemon.client().files(box.id());
                while (System.nanoTime() < end) {
                    copyAround(files, seen, copies);
                }
            }));
        }
        for (Thread worker : workers) {
            worker.join();
        }
        commands.api().cancel(swapping.id());
        assertThat(copies.get()).isGreaterThan(20);
        assertThat(seen).isNotEmpty().noneMatch(content -> content.contains("of the host"));
        assertThat(secret).hasContent("of the host");
        assertThat(Files.getLastModifiedTime(secret)).isEqualTo(before);
        assertThat(marker.toFile().list()).containsExactly("secret");
    }

    private void copyAround(BoxFiles files, Set<String> seen, AtomicInteger copies) {
        byte[] tar = new TarBuilder().file("secret", "unpacked").build();
        for (String path : List.of("/root/swap/dir/secret", "/root/swap/file")) {
            attempt(copies, () -> files.upload(new ByteArrayInputStream("uploaded".getBytes(UTF_8)), path));
            attempt(copies, () -> seen.add(downloaded(files, path, false)));
        }
        attempt(copies, () -> files.uploadArchive(new ByteArrayInputStream(tar), "/root/swap/dir"));
        attempt(copies, () -> seen.add(downloaded(files, "/root/swap/dir/", true)));
        attempt(copies, () -> seen.add(downloaded(files, "/root/swap/dir/secret", true)));
    }

    private static String downloaded(BoxFiles files, String path, boolean archive) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        if (archive) {
            files.downloadArchive(path, content);
        } else {
            files.download(path, content);
        }
        return content.toString(UTF_8);
    }

    /** That a path is not there at one moment is to be expected. */
    private static void attempt(AtomicInteger copies, Runnable copy) {
        try {
            copy.run();
            copies.incrementAndGet();
        } catch (ProblemException | boxrun.client.ConnectionException expected) {
            assertThat(expected.getMessage()).isNotBlank();
        }
    }

    private String sh(String script) {
        return commands.record(commands.sh(script)).stdout();
    }

    /** Waits until something is being copied, or nothing is. */
    private void awaitTransfers(boolean any) {
        String found = any ? "! " : "";
        Exec exec = commands.sh("while " + found
                + "cat /proc/[0-9]*/cmdline 2>/dev/null | grep -aq '[b]oxrun/busybox'; do sleep 0.02; done");
        assertThat(commands.ended(exec).exitCode()).isZero();
    }

    private SocketChannel connect() throws IOException {
        return daemon.door().connect();
    }

    /** Half of an upload: the other half never comes. */
    private void beginUpload(SocketChannel socket, String query, String dest, boolean chunked) throws IOException {
        String head = "--B\r\nContent-Disposition: form-data; name=dest\r\n\r\n" + dest
                + "\r\n--B\r\nContent-Disposition: form-data; name=file; filename=x\r\n\r\n";
        String length = chunked ? "Transfer-Encoding: chunked" : "Content-Length: 100000000";
        String first = head + new String(tarOfALargeFile(), java.nio.charset.StandardCharsets.ISO_8859_1);
        write(
                socket,
                "POST /v1/boxes/" + box.id() + "/files/upload" + query + " HTTP/1.1\r\n"
                        + daemon.door().headers() + length
                        + "\r\nContent-Type: multipart/form-data; boundary=B\r\n\r\n"
                        + (chunked ? Integer.toHexString(first.length()) + "\r\n" : "") + first
                        + (chunked ? "\r\n" : ""));
    }

    private static byte[] tarOfALargeFile() {
        return new TarBuilder().file("big", new byte[1_000_000], entry -> {}).build();
    }

    private String request(String path, String type, String body) {
        return "POST /v1/boxes/" + box.id() + "/" + path + " HTTP/1.1\r\n"
                + daemon.door().headers() + "Content-Type: " + type + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static void write(SocketChannel socket, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        while (bytes.hasRemaining()) {
            socket.write(bytes);
        }
    }

    private static String read(SocketChannel socket, int enough) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (all.size() < enough && socket.read(buffer.clear()) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
        }
        return all.toString(java.nio.charset.StandardCharsets.ISO_8859_1);
    }
}

package boxrun.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.Box;
import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxFiles;
import boxrun.daemon.testing.Commands;
import boxrun.daemon.testing.DaemonProcess;
import boxrun.daemon.testing.Pattern;
import boxrun.daemon.testing.Programs;
import boxrun.daemon.testing.TarBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files and directories go into boxes and come out as they were, through a daemon with little memory. */
@Timeout(300)
@TestInstance(Lifecycle.PER_CLASS)
class FileCopyTest {
    private static final long GIBIBYTE = 1L << 30;

    private final DaemonProcess daemon;
    private final Box box;
    private final BoxFiles files;
    private final Commands commands;

    @TempDir
    Path place;

    FileCopyTest() throws Exception {
        daemon = new DaemonProcess().option("-Xmx64m");
        daemon.start();
        box = daemon.box("{}");
        files = daemon.client().files(box.id());
        commands = daemon.commands(box);
    }

    @AfterAll
    void close() throws Exception {
        daemon.close();
    }

    @Test
    void aGibibyteGoesInAndComesOut() throws Exception {
        Pattern sent = new Pattern(GIBIBYTE);
        files.upload(sent.stream(), "/root/big");
        Pattern received = new Pattern(GIBIBYTE);
        files.download("/root/big", received.check());
        received.requireAll();
        assertThat(sh("rm /root/big; ls -A /root")).doesNotContain("files-");
    }

    @Test
    void aGibibyteGoesInAndComesOutAsAnArchive() throws Exception {
        Pattern sent = new Pattern(GIBIBYTE);
        files.uploadArchive(sent.archive("big"), "/root/archive");
        Pattern received = new Pattern(GIBIBYTE);
        files.downloadArchive("/root/archive/big", received.checkArchive("big"));
        received.requireAll();
        sh("rm /root/archive/big");
    }

    @Test
    void aChunkMayBeLargerThanTheDaemon() throws Exception {
        int size = 150_000_000;
        String head = String.join(
                "\r\n",
                "--b",
                "Content-Disposition: form-data; name=dest",
                "",
                "/root/chunk",
                "--b",
                "Content-Disposition: form-data; name=file; filename=x",
                "",
                "");
        String tail = "\r\n--b--\r\n";
        try (SocketChannel socket = daemon.door().connect()) {
            OutputStream out = Channels.newOutputStream(socket);
            out.write(("POST /v1/boxes/" + box.id() + "/files/upload HTTP/1.1\r\n"
                            + daemon.door().headers()
                            + "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + Integer.toHexString(head.length() + size + tail.length()) + "\r\n" + head)
                    .getBytes(UTF_8));
            for (int left = size; left > 0; left -= 1_000_000) {
                out.write(new byte[1_000_000]);
            }
            out.write((tail + "\r\n0\r\n\r\n").getBytes(UTF_8));
            String answer = new String(Channels.newInputStream(socket).readAllBytes(), UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 200 ");
        }
        assertThat(sh("stat -c %s /root/chunk; rm /root/chunk")).isEqualTo(size + "\n");
    }

    @Test
    void aFileIsMadeWithItsDirectoriesAndKeepsItsModeWhenItIsReplaced() throws Exception {
        upload("one", "/root/a/b/c.txt");
        assertThat(sh("cd /root/a; stat -c '%a %u %n' . b b/c.txt; cat b/c.txt"))
                .isEqualTo("755 0 .\n755 0 b\n644 0 b/c.txt\none");
        sh("chown 7:8 /root/a/b/c.txt; chmod 4751 /root/a/b/c.txt; ln -s b/c.txt /root/a/link");
        upload("two", "/root/a/link");
        assertThat(sh("cd /root/a; stat -c '%a %u:%g' b/c.txt; cat b/c.txt; readlink link; ls -A . b"))
                .isEqualTo("4751 7:8\ntwo" + "b/c.txt\n.:\nb\nlink\n\nb:\nc.txt\n");
    }

    @Test
    void whatIsMountedIsWrittenOver() throws Exception {
        String before = sh("cat /etc/hosts");
        upload(before + "192.0.2.1 example\n", "/etc/hosts");
        assertThat(sh("cat /etc/hosts")).isEqualTo(before + "192.0.2.1 example\n");
        assertThat(sh("ls -A /etc")).doesNotContain("files-");
        upload("shared", "/dev/shm/x");
        assertThat(download("/dev/shm/x")).isEqualTo("shared");
    }

    @Test
    void strangeNamesAreNames() throws Exception {
        for (String name : new String[] {"-rf", "a b'c\"d$(e)`f`", "new\nline\n", "grün", "*", "\\", " "}) {
            upload(name, "/root/strange/" + name);
            assertThat(download("/root/strange/" + name)).isEqualTo(name);
            assertThat(entries("/root/strange/" + name)).hasSize(1);
        }
    }

    @Test
    void whatCannotBeCopiedIsRefused() throws Exception {
        sh("mkdir -p /root/d; mkfifo /root/fifo; ln -s /no/where /root/dangling; echo x > /root/file");
        assertRefused(ErrorCode.FILE_NOT_FOUND, () -> download("/root/none"));
        assertRefused(ErrorCode.FILE_NOT_FOUND, () -> download("/root/file/x"));
        assertRefused(ErrorCode.FILE_NOT_FOUND, () -> download("/root/dangling"));
        assertRefused(ErrorCode.FILE_NOT_FOUND, () -> entries("/root/none"));
        assertRefused(ErrorCode.VALIDATION_ERROR, () -> download("/root/d"));
        assertRefused(ErrorCode.VALIDATION_ERROR, () -> download("/root/fifo"));
        assertRefused(ErrorCode.VALIDATION_ERROR, () -> upload("x", "/root/fifo"));
        assertRefused(ErrorCode.VALIDATION_ERROR, () -> upload("x", "/root/file/x"));
        assertThatThrownBy(() -> upload("x".repeat(3_000_000), "/dev/full-of-it"))
                .hasMessageContaining("No space left on device");
        assertThat(sh("ls -A /dev")).doesNotContain("files-", "full-of-it");
        assertThat(download("/proc/version")).startsWith("Linux");
    }

    @Test
    void anArchiveKeepsWhatItHas() throws Exception {
        String deep = "deep/".repeat(30) + "x".repeat(120);
        byte[] sent = new TarBuilder()
                .directory("dir", 0750, 3, 4)
                .file("dir/program", "#!".getBytes(UTF_8), entry -> {
                    entry.setMode(06755);
                    entry.setIds(5, 6);
                })
                .link("dir/same", "dir/program")
                .symlink("dir/inside", "program")
                .symlink("dir/absolute", "/etc/passwd")
                .symlink("dir/upwards", "../../../x")
                .symlink("dir/dangling", "y".repeat(150))
                .file("dir/" + deep, "deep")
                .file("dir/grün", "")
                .build();
        files.uploadArchive(new ByteArrayInputStream(sent), "/root/kept");
        Map<String, String> entries = entries("/root/kept/dir");
        assertThat(entries)
                .containsEntry("dir/", "d 750 3:4")
                .containsEntry("dir/inside", "-> program")
                .containsEntry("dir/absolute", "-> /etc/passwd")
                .containsEntry("dir/upwards", "-> ../../../x")
                .containsEntry("dir/dangling", "-> " + "y".repeat(150))
                .containsEntry("dir/" + deep, "f 644 0:0 " + TarBuilder.TIME)
                .containsEntry("dir/grün", "f 644 0:0 " + TarBuilder.TIME);
        // Which of the two names is the link depends on the order in the directory.
        assertThat(entries.get("dir/program") + entries.get("dir/same"))
                .contains("f 6755 5:6 " + TarBuilder.TIME)
                .contains("= dir/");
    }

    @Test
    void aStoppedBoxHasFilesToo() throws Exception {
        Box stopped = daemon.box("{}");
        BoxFiles itsFiles = daemon.client().files(stopped.id());
        daemon.client().stop(stopped.id());
        itsFiles.upload(new ByteArrayInputStream("while stopped".getBytes(UTF_8)), "/root/new/file");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        itsFiles.download("/root/new/file", content);
        assertThat(content.toString(UTF_8)).isEqualTo("while stopped");
        assertThat(daemon.client().box(stopped.id()).status().name()).isEqualTo("STOPPED");
        daemon.client().start(stopped.id());
        Commands itsCommands = daemon.commands(stopped);
        assertThat(itsCommands.record(itsCommands.sh("cat /root/new/file")).stdout())
                .isEqualTo("while stopped");
        daemon.client().remove(stopped.id(), true);
    }

    @Test
    void aBoxWithNothingInItHasFiles() throws Exception {
        Path empty = Files.createDirectory(place.resolve("empty"));
        Box bare = daemon.box("{\"image\": \"rootfs:" + empty + "\"}");
        BoxFiles itsFiles = daemon.client().files(bare.id());
        itsFiles.upload(new ByteArrayInputStream("something".getBytes(UTF_8)), "/first/file");
        itsFiles.uploadArchive(
                new ByteArrayInputStream(new TarBuilder().file("packed", "x").build()), "/first");
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        itsFiles.download("/first/file", content);
        assertThat(content.toString(UTF_8)).isEqualTo("something");
        assertThat(entries(itsFiles, "/first")).containsKeys("first/", "first/file", "first/packed");
        assertThat(empty).isEmptyDirectory();
        daemon.client().remove(bare.id(), true);
    }

    @Test
    void curlCopiesFilesInEitherOrderOfItsFields() throws Exception {
        Path file = Files.writeString(place.resolve("from curl.txt"), "from curl");
        String url = "/v1/boxes/" + box.id() + "/files/";
        String form = "file=@\"" + file + "\"";
        assertThat(curl(url + "upload", "-F", "dest=/root/curl/one", "-F", form))
                .isEqualTo("{\"ok\":true,\"dest\":\"/root/curl/one\"}");
        assertThat(curl(url + "upload", "-F", form, "-F", "path=/root/curl/"))
                .isEqualTo("{\"ok\":true,\"dest\":\"/root/curl/from curl.txt\"}");
        Path got = Files.createDirectory(place.resolve("got"));
        curl(
                url + "download",
                "--json",
                "{\"path\": \"/root/curl/from curl.txt\"}",
                "--output-dir",
                got.toString(),
                "-OJ");
        assertThat(got.resolve("from curl.txt")).hasContent("from curl");
        assertThat(curl(url + "download", "--json", "{\"path\": \"/root/none\"}"))
                .contains("FILE_NOT_FOUND");
    }

    private String curl(String path, String... options) throws Exception {
        List<String> words = new ArrayList<>(List.of("curl", "-sS"));
        words.addAll(List.of(options));
        words.addAll(daemon.door().curl());
        words.add(words.removeLast() + path);
        return Programs.run(words.toArray(new String[0]));
    }

    private void upload(String content, String path) {
        files.upload(new ByteArrayInputStream(content.getBytes(UTF_8)), path);
    }

    private String download(String path) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        files.download(path, content);
        return content.toString(UTF_8);
    }

    private String sh(String script) {
        return commands.record(commands.sh(script)).stdout();
    }

    private Map<String, String> entries(String path) throws Exception {
        return entries(files, path);
    }

    private static Map<String, String> entries(BoxFiles from, String path) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        from.downloadArchive(path, bytes);
        Map<String, String> entries = new TreeMap<>();
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()), "UTF-8")) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                entries.put(entry.getName(), described(entry));
            }
        }
        return entries;
    }

    private static String described(TarArchiveEntry entry) {
        if (entry.isSymbolicLink()) {
            return "-> " + entry.getLinkName();
        }
        if (entry.isLink()) {
            return "= " + entry.getLinkName();
        }
        String owned = " " + Integer.toOctalString(entry.getMode() & 07777) + " " + entry.getLongUserId() + ":"
                + entry.getLongGroupId();
        return entry.isDirectory()
                ? "d" + owned
                : "f" + owned + " " + entry.getLastModifiedTime().toMillis();
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable action) {
        assertThatThrownBy(action)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.code()).isEqualTo(code));
    }
}

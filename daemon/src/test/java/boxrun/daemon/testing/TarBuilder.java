package boxrun.daemon.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a tar archive into memory, honest or not: names are taken as they are. */
public final class TarBuilder {
    /** 2024-01-02T03:04:05Z. */
    public static final long TIME = 1_704_164_645_000L;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

    public TarBuilder() {
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    public TarBuilder directory(String name, int mode) {
        return directory(name, mode, 0, 0);
    }

    public TarBuilder directory(String name, int mode, int uid, int gid) {
        return entry(name, TarConstants.LF_DIR, new byte[0], entry -> {
            entry.setMode(mode);
            entry.setIds(uid, gid);
        });
    }

    public TarBuilder file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8), entry -> {});
    }

    public TarBuilder file(String name, byte[] content, Consumer<TarArchiveEntry> more) {
        return entry(name, TarConstants.LF_NORMAL, content, more);
    }

    public TarBuilder symlink(String name, String target) {
        return entry(name, TarConstants.LF_SYMLINK, new byte[0], entry -> entry.setLinkName(target));
    }

    public TarBuilder link(String name, String target) {
        return entry(name, TarConstants.LF_LINK, new byte[0], entry -> entry.setLinkName(target));
    }

    /** Any kind of entry. */
    public TarBuilder entry(String name, byte kind, byte[] content, Consumer<TarArchiveEntry> more) {
        try {
            TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
            entry.setMode(kind == TarConstants.LF_DIR ? 0755 : 0644);
            entry.setModTime(TIME);
            entry.setSize(content.length);
            more.accept(entry);
            tar.putArchiveEntry(entry);
            tar.write(content);
            tar.closeArchiveEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] build() {
        try {
            tar.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

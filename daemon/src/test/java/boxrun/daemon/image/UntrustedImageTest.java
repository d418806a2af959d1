package boxrun.daemon.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import boxrun.api.ProblemException;
import boxrun.daemon.oci.Documents;
import boxrun.daemon.oci.ImageConfig;
import boxrun.daemon.oci.Index;
import boxrun.daemon.oci.Manifest;
import boxrun.daemon.testing.TarBuilder;
import boxrun.fuzz.Fuzz;
import boxrun.json.MalformedJsonException;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Names, documents and layers of images: each is read, or refused as what its reader declares. */
@Timeout(240)
class UntrustedImageTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final int BLOCK = 512;
    private static final LayerLimits SMALL = new LayerLimits(1000, 8 * MEBIBYTE);

    @Test
    void anyImageReferenceIsReadOrRefused() {
        Fuzz.Tally tally = new Fuzz(
                        Fuzz.corpus(getClass(), "corpus-reference"), List.of(ProblemException.class), MEBIBYTE)
                .run(bytes -> {
                    ImageReference parsed = ImageReference.parse(new String(bytes, StandardCharsets.UTF_8));
                    assertThat(ImageReference.parse(parsed.toString())).isEqualTo(parsed);
                });
        assertRefusesSome(tally);
    }

    @Test
    void anyManifestAndIndexIsReadOrRefused() {
        Fuzz.Tally tally = new Fuzz(
                        Fuzz.corpus(getClass(), "corpus-document"), List.of(MalformedJsonException.class), 2 * MEBIBYTE)
                .run(bytes -> {
                    switch (Documents.parse("", bytes)) {
                        case Documents.OfIndex(Index index) ->
                            assertThat(index.manifests()).doesNotContainNull();
                        case Documents.OfManifest(Manifest manifest) ->
                            assertThat(manifest.layers()).doesNotContainNull();
                    }
                });
        assertRefusesSome(tally);
    }

    @Test
    void anyConfigurationIsReadOrRefused() {
        Fuzz.Tally tally = new Fuzz(
                        Fuzz.corpus(getClass(), "corpus-config"), List.of(MalformedJsonException.class), 2 * MEBIBYTE)
                .run(ImageConfig::parse);
        assertRefusesSome(tally);
    }

    @Test
    void anyLayerIsReadOrRefused() {
        // A decompressor takes what its format asks for, at most 128 MiB.
        Fuzz.Tally tally = new Fuzz(Fuzz.corpus(getClass(), "corpus-layer"), List.of(IOException.class), 24 * MEBIBYTE)
                .run(bytes -> read(SMALL, new ByteArrayInputStream(bytes)));
        assertRefusesSome(tally);
    }

    @Test
    void theHonestLayersAreReadToTheEnd() throws Exception {
        for (byte[] sample : Fuzz.corpus(getClass(), "corpus-layer")) {
            assertThat(read(SMALL, new ByteArrayInputStream(sample)).entries()).isPositive();
        }
    }

    /** A changed header is refused for its checksum: with a right one the rest of it is looked at, too. */
    @Test
    void anyLayerWithRightChecksumsIsReadOrRefused() {
        List<byte[]> plain = Fuzz.corpus(getClass(), "corpus-layer").stream()
                .filter(sample -> sample.length % BLOCK == 0)
                .toList();
        Fuzz.Tally tally = new Fuzz(plain, List.of(IOException.class), 24 * MEBIBYTE)
                .run(bytes -> read(SMALL, new ByteArrayInputStream(withChecksums(bytes))));
        assertRefusesSome(tally);
    }

    private static void assertRefusesSome(Fuzz.Tally tally) {
        assertThat(tally.read()).isPositive();
        assertThat(tally.refused()).isPositive();
    }

    private static byte[] withChecksums(byte[] tar) {
        byte[] bytes = tar.clone();
        for (int at = 0; at + BLOCK <= bytes.length; ) {
            if (bytes[at] == 0) {
                at += BLOCK;
                continue;
            }
            Arrays.fill(bytes, at + 148, at + 156, (byte) ' ');
            int sum = 0;
            for (int i = 0; i < BLOCK; i++) {
                sum += bytes[at + i] & 0xff;
            }
            byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, bytes, at + 148, digits.length);
            int size = 0;
            for (int i = 124; i < 135; i++) {
                int digit = bytes[at + i] - '0';
                size = digit >= 0 && digit < 8 ? Math.min(size * 8 + digit, bytes.length) : size;
            }
            at += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
        }
        return bytes;
    }

    private static LayerReader.Contents read(LayerLimits limits, InputStream layer) throws IOException {
        UnpackRecords records = new UnpackRecords(OutputStream.nullOutputStream());
        return new LayerReader(records, limits, 65_535).read(Decompression.of(layer));
    }

    @Test
    void aFewBytesThatBecomeVeryManyAreRefused() throws Exception {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        ByteArrayOutputStream zstd = new ByteArrayOutputStream();
        try (OutputStream gzipped = new GZIPOutputStream(gzip);
                OutputStream compressed = new ZstdOutputStream(zstd)) {
            byte[] zeros = new byte[1 << 16];
            for (int i = 0; i < 1024; i++) {
                gzipped.write(zeros);
                compressed.write(zeros);
            }
        }
        LayerLimits limits = new LayerLimits(1000, 16 * MEBIBYTE);
        for (ByteArrayOutputStream bomb : List.of(gzip, zstd)) {
            assertThat(bomb.size()).isLessThan(100_000);
            assertThatThrownBy(() -> read(limits, new ByteArrayInputStream(bomb.toByteArray())))
                    .isInstanceOf(LayerException.class)
                    .hasMessage("it is larger than 16777216 bytes when decompressed");
        }
    }

    @Test
    void aFileThatClaimsToBeHugeIsRefusedBeforeItIsRead() {
        byte[] layer = new TarBuilder()
                .file("huge", new byte[0], entry -> entry.setSize(0))
                .build();
        byte[] claim = "77777777777".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(claim, 0, layer, 124, claim.length);
        assertThatThrownBy(() -> read(SMALL, new ByteArrayInputStream(withChecksums(layer))))
                .isInstanceOf(LayerException.class)
                .hasMessage("its files have more than 8388608 bytes");
    }

    @Test
    void aMillionEntriesAreReadAndOneMoreIsRefused() throws Exception {
        int million = 1_000_000;
        LayerLimits limits = new LayerLimits(million, LayerLimits.USUAL.bytes());
        assertThat(read(limits, entries(million, i -> "d/f" + i)).entries()).isEqualTo(million);
        assertThatThrownBy(() -> read(limits, entries(million + 1, i -> "f" + i)))
                .isInstanceOf(LayerException.class)
                .hasMessage("it has more than 1000000 entries");
    }

    /** Each time all that is known of directories would be gone through. */
    @Test
    void directoriesThatAreReplacedAgainAndAgainAreReadAsFastAsOthers() throws Exception {
        int many = 200_000;
        InputStream layer = entries(2 * many, i -> i <= many ? "d" + i + "/" : i % 2 == 0 ? "d1/" : "d1");
        assertThat(read(LayerLimits.USUAL, layer).entries()).isEqualTo(2L * many);
    }

    /** Each entry has directories above it that no other entry has. */
    @Test
    void moreDirectoriesThanCanBeRememberedAreRefused() {
        String deep = "/x".repeat(45);
        assertThatThrownBy(() -> read(LayerLimits.USUAL, entries(10_000_000, i -> i + deep)))
                .isInstanceOf(LayerException.class)
                .hasMessage("it has too many directories, or too long names of them");
    }

    /** A tar of empty files, made while it is read. */
    private static InputStream entries(int count, IntFunction<String> name) {
        byte[] template = new TarBuilder()
                .entry("x", TarConstants.LF_NORMAL, new byte[0], entry -> {})
                .build();
        return new InputStream() {
            private final byte[] block = new byte[BLOCK];
            private int made;
            private int position = BLOCK;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                if (position == BLOCK && !next()) {
                    return -1;
                }
                int part = Math.min(length, BLOCK - position);
                System.arraycopy(block, position, into, offset, part);
                position += part;
                return part;
            }

            private boolean next() {
                position = 0;
                if (made++ < count) {
                    byte[] header = Arrays.copyOf(template, BLOCK);
                    Arrays.fill(header, 0, 100, (byte) 0);
                    byte[] path = name.apply(made).getBytes(StandardCharsets.US_ASCII);
                    System.arraycopy(path, 0, header, 0, path.length);
                    System.arraycopy(withChecksums(header), 0, block, 0, BLOCK);
                } else {
                    Arrays.fill(block, (byte) 0);
                }
                return made <= count + 2;
            }
        };
    }
}

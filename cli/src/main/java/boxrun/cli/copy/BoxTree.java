package boxrun.cli.copy;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.cli.copy.CopyRules.State;
import boxrun.cli.copy.TarSource.Item;
import boxrun.client.BoxFiles;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.UnaryOperator;

/**
 * A file or directory of a box, as the archive that the daemon makes of it: the first entry says what it is. That is
 * also how to find out about a destination that is no directory, since the API has no other question for it.
 *
 * @param path where it was found, after links
 */
record BoxTree(String path, TarReader archive, Item root) implements Closeable {
    private static final int MAX_LINKS = 40;

    /** Opens what is at a path; links at its end are followed when that is wanted. */
    static BoxTree open(BoxFiles files, String path, boolean follow, UnaryOperator<InputStream> watched)
            throws IOException {
        String at = Place.endsWithSlash(path) ? path.replaceFirst("/+\\.?$", "") + "/." : path;
        for (int links = 0; ; links++) {
            TarReader archive = new TarReader(watched.apply(files.archive(at)));
            BoxTree tree = new BoxTree(
                    at, archive, archive.next().orElseThrow(() -> new DamagedArchiveException("it is empty")));
            TarEntry entry = tree.root().entry();
            if (!follow || entry.type() != TarEntry.Type.SYMBOLIC_LINK) {
                return tree;
            }
            tree.close();
            if (links == MAX_LINKS) {
                throw new ProblemException(ErrorCode.VALIDATION_ERROR, path + " has too many links in it");
            }
            at = beside(at, entry.link());
        }
    }

    /** Where a link leads from. */
    private static String beside(String path, String bytes) {
        String target = Names.text(bytes);
        return target.startsWith("/") ? target : path.substring(0, path.lastIndexOf('/') + 1) + target;
    }

    boolean isDirectory() {
        return root.entry().type() == TarEntry.Type.DIRECTORY;
    }

    /** A destination in a box, its links followed: also a link that leads to nothing yet leads to where it is made. */
    record Found(String path, State state) {
        static Found at(BoxFiles files, String path) throws IOException {
            String at = path;
            for (int links = 0; links <= MAX_LINKS; links++) {
                if (files.isDirectory(at)) {
                    return new Found(at, State.DIRECTORY);
                }
                String plain = at.replaceFirst("(?<=.)/+$", "");
                try (BoxTree tree = open(files, plain, false, UnaryOperator.identity())) {
                    if (tree.root().entry().type() != TarEntry.Type.SYMBOLIC_LINK) {
                        return new Found(plain, State.FILE);
                    }
                    at = beside(plain, tree.root().entry().link());
                } catch (ProblemException e) {
                    if (e.code() != ErrorCode.FILE_NOT_FOUND) {
                        throw e;
                    }
                    return new Found(plain, State.MISSING);
                }
            }
            throw new ProblemException(ErrorCode.VALIDATION_ERROR, path + " has too many links in it");
        }
    }

    @Override
    public void close() throws IOException {
        archive.close();
    }
}

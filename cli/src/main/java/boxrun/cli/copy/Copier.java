package boxrun.cli.copy;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.cli.copy.BoxTree.Found;
import boxrun.cli.copy.CopyRules.Aim;
import boxrun.cli.copy.CopyRules.Source;
import boxrun.cli.copy.CopyRules.State;
import boxrun.cli.copy.CopyRules.Target;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Copies between this machine and boxes; everything is streamed, and nothing is kept on the way. */
public final class Copier {
    /**
     * How to copy.
     *
     * @param followLink copy what a link leads to when the source itself is one; links below it stay links
     * @param keepOwners give files in a box the owners' numbers that they had; otherwise they are root's
     */
    public record Manner(boolean followLink, boolean keepOwners) {}

    private final BoxrunClient daemon;
    private final Manner manner;
    private final Refusals refusals;
    private final UnaryOperator<InputStream> watched;

    /**
     * @param notes is told what is not copied, a line for each
     * @param watched wraps what is read, to show how far it is
     */
    public Copier(BoxrunClient daemon, Manner manner, Consumer<String> notes, UnaryOperator<InputStream> watched) {
        this.daemon = daemon;
        this.manner = manner;
        this.refusals = new Refusals(notes);
        this.watched = watched;
    }

    /** Copies a file or directory of this machine into a box. */
    public void copy(Place.Here from, Place.InBox to) throws IOException {
        boolean follow = manner.followLink() || Place.endsWithSlash(from.typed());
        Path root = follow ? from.path().toRealPath() : from.path();
        boolean directory = Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS);
        // A path without a last component of its own is that of a directory, and its contents are meant.
        boolean contents = directory && Place.isContents(from.typed());
        Files.readAttributes(root, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        send(
                new Source(from.typed(), Place.name(from.typed()), directory, contents),
                to,
                name -> new LocalTree(root, Names.ofText(name), refusals));
    }

    /** Copies from one box into another, or to another place of the same. */
    public void copy(Place.InBox from, Place.InBox to) throws IOException {
        try (BoxTree tree = open(from)) {
            send(source(from, tree), to, name -> new Rerooted(tree.archive(), tree.root(), Names.ofText(name)));
        }
    }

    /** Opens a tree when it is known what it is called at its destination. */
    private interface Opening {
        TarSource as(String name) throws IOException;
    }

    private void send(Source source, Place.InBox to, Opening opening) throws IOException {
        Found found = Found.at(daemon.files(to.box()), plain(to.path()));
        String parent = found.path().substring(0, found.path().lastIndexOf('/') + 1);
        boolean parentThere =
                found.state() != State.MISSING || daemon.files(to.box()).isDirectory(parent);
        Target target = CopyRules.target(
                source,
                new Aim(
                        to.typed(),
                        Place.name(found.path()),
                        found.state(),
                        Place.endsWithSlash(to.path()),
                        parentThere));
        try (TarSource tree = opening.as(target.name());
                TarStream archive = new TarStream(manner.keepOwners() ? tree : new OfRoot(tree))) {
            upload(to.box(), archive, target.inside() ? found.path() : parent);
        }
        complain();
    }

    private void upload(String box, TarStream archive, String directory) throws IOException {
        try {
            daemon.files(box).uploadArchive(watched.apply(archive), directory);
        } catch (RuntimeException e) {
            // A connection that broke because there was nothing to send is not what the user has to know.
            if (archive.failure().isPresent()) {
                throw archive.failure().get();
            }
            throw e;
        }
    }

    /** Copies a file or directory of a box to this machine. */
    public void copy(Place.InBox from, Place.Here to) throws IOException {
        try (BoxTree tree = open(from)) {
            State state = !Files.exists(to.path())
                    ? State.MISSING
                    : Files.isDirectory(to.path()) ? State.DIRECTORY : State.FILE;
            // A link that leads to nothing yet would be replaced, not followed.
            Path parent = to.path().getParent() == null ? to.path() : to.path().getParent();
            Path last =
                    to.path().getFileName() == null ? Path.of("") : to.path().getFileName();
            Target target = CopyRules.target(
                    source(from, tree),
                    new Aim(
                            to.typed(),
                            last.toString(),
                            state,
                            Place.endsWithSlash(to.typed()),
                            Files.isDirectory(parent)));
            boolean real = state == State.FILE && Files.isSymbolicLink(to.path());
            Path file = real ? to.path().toRealPath() : to.path();
            Path directory = target.inside() ? to.path() : real ? file.resolveSibling("") : parent;
            String name = real ? Names.bytes(file.getFileName()) : Names.ofText(target.name());
            unpack(new Rerooted(tree.archive(), tree.root(), name), directory, name.isEmpty() ? 0 : 1);
        }
        complain();
    }

    private void unpack(TarSource tree, Path directory, int above) throws IOException {
        try (Unpacker unpacker = new Unpacker(directory, above, refusals)) {
            unpacker.unpack(tree);
        }
    }

    /** Unpacks an archive in a directory of a box. */
    public void unpack(InputStream archive, Place.InBox to) throws IOException {
        Found found = Found.at(daemon.files(to.box()), plain(to.path()));
        if (found.state() != State.DIRECTORY) {
            throw new ProblemException(
                            ErrorCode.VALIDATION_ERROR, "cannot unpack in " + to.typed() + ": it is not a directory")
                    .hint("make it first: boxrun exec " + to.box() + " -- mkdir -p " + to.path());
        }
        daemon.files(to.box()).uploadArchive(watched.apply(archive), found.path());
    }

    /** Writes a file or directory of a box as an archive. */
    public void pack(Place.InBox from, OutputStream archive) throws IOException {
        // It is opened first, so that what a link leads to is known.
        String path;
        try (BoxTree tree = open(from)) {
            path = tree.path();
        }
        try (InputStream bytes = watched.apply(daemon.files(from.box()).archive(path))) {
            bytes.transferTo(archive);
        }
    }

    private BoxTree open(Place.InBox from) throws IOException {
        return BoxTree.open(daemon.files(from.box()), from.path(), manner.followLink(), watched);
    }

    private static Source source(Place.InBox from, BoxTree tree) {
        return new Source(
                from.typed(),
                Place.name(from.path()),
                tree.isDirectory(),
                tree.isDirectory() && Place.isContents(from.path()));
    }

    /** Without a slash or dot at the end, which say what is meant and not where it is. */
    private static String plain(String path) {
        String plain = path.replaceFirst("(/+\\.)?/*$", "");
        return plain.isEmpty() ? "/" : plain;
    }

    private void complain() {
        if (refusals.count() > 0) {
            throw new ProblemException(
                            ErrorCode.VALIDATION_ERROR,
                            refusals.count() == 1
                                    ? "one entry was not copied; the others were"
                                    : refusals.count() + " entries were not copied; the others were")
                    .hint("an archive keeps all of them: boxrun cp BOX:PATH - >FILE.tar");
        }
    }
}

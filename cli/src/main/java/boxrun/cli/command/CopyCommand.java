package boxrun.cli.command;

import boxrun.cli.copy.Copier;
import boxrun.cli.copy.Copier.Manner;
import boxrun.cli.copy.Place;
import boxrun.cli.terminal.ByteDisplay;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun cp}. */
public final class CopyCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "cp",
                " [OPTIONS] [BOX:]SRC [BOX:]DST",
                "Copy files between this machine and boxes",
                "Copies a file or a directory with all in it into a box, out of one, or from one into another; the box may",
                "be stopped. A path in a box begins at its root. A name of this machine with a colon in it is written",
                "with ./ in front.",
                "",
                "A file becomes DST, or a file in DST where that is a directory. A directory becomes DST where nothing is",
                "yet, and a directory in DST where that is a directory; with /. at its end, or as . or /, what is in it is",
                "copied into DST. The directory that DST is in must exist, and so must DST when it ends with a slash and",
                "SRC is a file.",
                "",
                "As SRC, - is a tar archive on standard input, which is unpacked in the directory DST of a box; as DST, it",
                "is a tar archive on standard output.",
                "",
                "Permissions, times and links are kept, and a file with several names in what is copied keeps those. In a",
                "box, files belong to root unless -a is given; here, they belong to you. What comes out of a box is not",
                "trusted: links that lead out of what is copied, devices and pipes are named and left out, with exit",
                "code 125, and set-user-id bits are dropped.");
        spec.addOption(Options.flag("-a, --archive", "keep the numbers of owners, in a box"));
        spec.addOption(Options.flag("-L, --follow-link", "copy what SRC leads to when it is a link"));
        spec.addOption(Options.flag("-q, --quiet", "show no progress"));
        spec.addPositional(Options.arguments("[BOX:]SRC [BOX:]DST", "1..*", "what to copy, and where to"));
        spec.usageMessage()
                .footer(
                        "boxrun cp ./app web:/srv/",
                        "boxrun cp web:/var/log/app.log .",
                        "boxrun cp web:/etc - | tar -tf -",
                        "boxrun cp one:/data/. two:/data");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        List<String> words = Options.arguments(parsed);
        if (words.size() != 2) {
            throw new UsageException("expected two arguments, SRC and DST")
                    .hint("usage: boxrun cp [OPTIONS] [BOX:]SRC [BOX:]DST");
        }
        Place from = place(words.getFirst(), here);
        Place to = place(words.getLast(), here);
        if (!(from instanceof Place.InBox) && !(to instanceof Place.InBox)) {
            throw new UsageException("neither " + words.getFirst() + " nor " + words.getLast() + " is in a box")
                    .hint("write a path in a box as BOX:PATH");
        }
        if (from instanceof Place.Archive && here.inIsTerminal()) {
            throw new UsageException("no archive to unpack: standard input is a terminal")
                    .hint("pipe one in: tar -cf - DIR | boxrun cp - " + words.getLast());
        }
        return new Copy(
                from,
                to,
                new Manner(Options.has(parsed, "--follow-link"), Options.has(parsed, "--archive")),
                Options.has(parsed, "--quiet"));
    }

    /** A colon makes it a path in a box, unless what is before it has a slash in it or begins with a dot. */
    static Place place(String typed, Surroundings here) {
        if (typed.equals("-")) {
            return new Place.Archive();
        }
        int colon = typed.indexOf(':');
        String box = colon < 0 ? "" : typed.substring(0, colon);
        if (box.isEmpty() || box.startsWith(".") || box.startsWith("~") || box.contains("/")) {
            if (typed.isEmpty()) {
                throw new UsageException("an empty path names nothing");
            }
            return new Place.Here(typed, here.resolve(typed));
        }
        if (colon == typed.length() - 1) {
            throw new UsageException("no path after '" + typed + "'").hint("the box's root is " + typed + "/");
        }
        return new Place.InBox(box, typed.substring(colon + 1));
    }

    record Copy(Place from, Place to, Manner manner, boolean quiet) implements Action {
        @Override
        public int run(Session session) throws IOException {
            if (to instanceof Place.Archive && session.console().outIsTerminal()) {
                throw new UsageException("an archive is not for a terminal")
                        .hint("send it somewhere: boxrun cp " + from.typed() + " - | tar -tvf -");
            }
            try (ByteDisplay display = new ByteDisplay(
                    session.console(), "copied", !quiet && session.here().canDraw())) {
                BoxrunClient daemon = session.daemon().get();
                Copier copier =
                        new Copier(daemon, manner, note -> display.interrupt("boxrun: " + note), display::watch);
                switch (named(from, daemon)) {
                    case Place.Here here when to instanceof Place.InBox box -> copier.copy(here, named(box, daemon));
                    case Place.InBox box when to instanceof Place.Here here -> copier.copy(box, here);
                    case Place.InBox box when to instanceof Place.InBox other -> copier.copy(box, named(other, daemon));
                    case Place.InBox box -> copier.pack(box, session.console().out());
                    case Place.Archive archive
                    when to instanceof Place.InBox box ->
                        copier.unpack(session.console().in(), named(box, daemon));
                    case Place.Here here -> throw new IllegalStateException("no box in " + here);
                    case Place.Archive archive -> throw new IllegalStateException("no box in " + archive);
                }
            }
            return 0;
        }

        private static Place named(Place place, BoxrunClient daemon) {
            return place instanceof Place.InBox box ? named(box, daemon) : place;
        }

        /** The box of that name, or whose id begins so. */
        private static Place.InBox named(Place.InBox place, BoxrunClient daemon) {
            return new Place.InBox(NamedBox.label(NamedBox.ask(daemon, place.box(), daemon::box)), place.path());
        }
    }
}

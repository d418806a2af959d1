package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.Image;
import boxrun.api.ProblemException;
import boxrun.config.Reasons;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun load}. */
public final class LoadCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "load",
                " [OPTIONS] [FILE]",
                "Load images from an archive",
                "Reads what 'docker save' or 'podman save' writes, or an OCI archive, from FILE or standard input, and",
                "prints the reference of each image in it.");
        spec.addOption(Options.value("-i, --input", "FILE", "the archive, as docker has it"));
        spec.addOption(Options.flag("-q, --quiet", "print nothing"));
        spec.addPositional(Options.argument("FILE", List.of(), "the archive; - or none means standard input"));
        spec.usageMessage().footer("boxrun load app.tar", "docker save app:1 | boxrun load");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        Optional<String> file = Options.argument(parsed)
                .or(() -> Options.value(parsed, "--input"))
                .filter(name -> !name.equals("-"));
        if (file.isEmpty() && here.inIsTerminal()) {
            throw new UsageException("no archive to load: standard input is a terminal")
                    .hint("name a file, or pipe one in: docker save app:1 | boxrun load");
        }
        return new Load(file.map(here::resolve), Options.has(parsed, "--quiet"));
    }

    private record Load(Optional<Path> file, boolean quiet) implements Action {
        @Override
        public int run(Session session) throws IOException {
            List<Image> images;
            if (file.isPresent()) {
                try (InputStream archive = open(file.get())) {
                    images = session.daemon().get().load(archive);
                }
            } else {
                images = session.daemon().get().load(session.console().in());
            }
            if (!quiet) {
                for (Image image : images) {
                    session.console().print(image.reference() + "\n");
                }
            }
            return 0;
        }

        private static InputStream open(Path archive) {
            try {
                return Files.newInputStream(archive);
            } catch (IOException e) {
                throw new ProblemException(ErrorCode.VALIDATION_ERROR, "cannot read the archive: " + Reasons.of(e))
                        .because(e);
            }
        }
    }
}

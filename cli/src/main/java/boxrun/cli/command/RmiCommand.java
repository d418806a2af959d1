package boxrun.cli.command;

import boxrun.api.ErrorCode;
import boxrun.api.ProblemException;
import boxrun.client.BoxrunClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code boxrun rmi}. */
public final class RmiCommand implements Command {
    @Override
    public CommandSpec spec() {
        CommandSpec spec = Options.command(
                "rmi",
                " [OPTIONS] IMAGE...",
                "Remove images from the store",
                "Layers that no other image and no box uses are deleted. Prints what was removed.");
        spec.addOption(Options.flag("-f, --force, --ignore", "an image that is not here is no error"));
        spec.addPositional(Options.arguments("IMAGE", "1..*", "what to remove"));
        spec.usageMessage().footer("boxrun rmi ubuntu:24.04");
        return spec;
    }

    @Override
    public Action read(ParseResult parsed, Surroundings here) {
        return new Remove(Options.required(parsed).stream().map(here::image).toList(), Options.has(parsed, "--ignore"));
    }

    private record Remove(List<String> names, boolean ignore) implements Action {
        @Override
        public int run(Session session) throws IOException {
            BoxrunClient daemon = session.daemon().get();
            List<ProblemException> failures = new ArrayList<>();
            for (String name : names) {
                try {
                    daemon.removeImage(name);
                    session.console().print(name + "\n");
                } catch (ProblemException e) {
                    if (!ignore || e.code() != ErrorCode.IMAGE_NOT_FOUND) {
                        failures.add(e);
                    }
                }
            }
            if (!failures.isEmpty()) {
                throw new SeveralProblemsException(failures);
            }
            return 0;
        }
    }
}

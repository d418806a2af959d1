package boxrun.cli.help;

import boxrun.config.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is worth a page of help and is not a command. */
enum Topic {
    ENVIRONMENT("environment variables and the configuration file") {
        @Override
        List<Part> parts() {
            List<Part> parts = new ArrayList<>();
            parts.add(
                    new Part.Text(
                            "A setting comes from the first of: an option of the command line, the environment, the"
                                    + " configuration file, the preset. The file is ~/.config/boxrun/config, or what BOXRUN_CONFIG"
                                    + " names; it has lines of the form key = value, where the key is the variable's name in lower case"
                                    + " without BOXRUN_. The daemon reads its settings when it starts: after a change, restart it."));
            for (Setting setting : Setting.values()) {
                parts.add(new Part.Item(
                        setting.variable(),
                        setting.description()
                                + setting.preset()
                                        .map(preset -> "; preset: " + preset)
                                        .orElse("")));
            }
            parts.add(new Part.Item("NO_COLOR", "when set, no colour; so does TERM=dumb"));
            parts.add(new Part.Item("CLICOLOR", "0 means no colour"));
            parts.add(new Part.Item("CLICOLOR_FORCE", "other than 0 means colour also without a terminal"));
            return parts;
        }
    },
    EXIT_CODES("what the exit code says") {
        @Override
        List<Part> parts() {
            return List.of(
                    new Part.Text(
                            "A command that runs a command in a box exits with that command's exit code. Besides:"),
                    new Part.Item("0", "success"),
                    new Part.Item("2", "the command line makes no sense; nothing was done"),
                    new Part.Item("124", "the time given by --timeout was over"),
                    new Part.Item("125", "boxrun failed: no daemon, no image, no box; the message says why"),
                    new Part.Item("126", "the command was found in the box but cannot be executed"),
                    new Part.Item("127", "the command was not found in the box"),
                    new Part.Item("128+n", "the command was ended by signal n: 137 by KILL, 143 by TERM"),
                    new Part.Item("130", "interrupted by Ctrl-C"),
                    new Part.Item("141", "the reader of standard output left, as head does"));
        }
    },
    IMAGE_NAMES("how to name an image") {
        @Override
        List<Part> parts() {
            return List.of(
                    new Part.Item(
                            "host",
                            "the programs of this machine: its /usr, /etc, /opt and /bin, copied when written to, with"
                                    + " secrets left out and /home, /root, /tmp, /run and /var empty; nothing is downloaded"),
                    new Part.Item(
                            "NAME[:TAG]",
                            "an image of Docker Hub: ubuntu:24.04, library/ubuntu, grafana/grafana; the tag is latest"
                                    + " unless given or an alias says otherwise"),
                    new Part.Item("HOST/NAME[:TAG]", "an image of another registry: ghcr.io/owner/name:1.2"),
                    new Part.Item("NAME@sha256:...", "exactly this image"),
                    new Part.Item("docker-archive:FILE", "what docker save and podman save write"),
                    new Part.Item("oci:DIR, oci-archive:FILE", "an OCI image layout, as skopeo writes it"),
                    new Part.Item("rootfs:DIR", "an unpacked root file system"),
                    new Part.Text("Short names that stand for a version: default and ubuntu are ubuntu:24.04, python is"
                            + " python:3.12-slim, node is node:22-slim, golang is golang:1.22, rust is rust:1.77-slim,"
                            + " alpine is alpine:3.20. An image of a registry is fetched when it is first used."));
        }
    };

    /** A piece of a page. */
    sealed interface Part {
        /** A paragraph. */
        record Text(String text) implements Part {}

        /** A word and what it means. */
        record Item(String word, String meaning) implements Part {}
    }

    private final String summary;

    Topic(String summary) {
        this.summary = summary;
    }

    abstract List<Part> parts();

    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String summary() {
        return summary;
    }

    static Optional<Topic> named(String word) {
        for (Topic topic : values()) {
            if (topic.word().equals(word)) {
                return Optional.of(topic);
            }
        }
        return Optional.empty();
    }

    /** The page for a terminal. */
    String text() {
        StringBuilder page = new StringBuilder();
        page.append(Character.toUpperCase(summary.charAt(0)))
                .append(summary.substring(1))
                .append('\n');
        boolean items = false;
        for (Part part : parts()) {
            switch (part) {
                case Part.Text(String paragraph) -> {
                    page.append('\n');
                    Paragraphs.wrap(paragraph, 80)
                            .forEach(line -> page.append(line).append('\n'));
                    items = false;
                }
                case Part.Item(String word, String meaning) -> {
                    if (!items) {
                        page.append('\n');
                    }
                    items = true;
                    page.append("  ").append(word).append('\n');
                    Paragraphs.wrap(meaning, 72)
                            .forEach(
                                    line -> page.append("        ").append(line).append('\n'));
                }
            }
        }
        return page.toString();
    }
}

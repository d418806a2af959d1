package boxrun.daemon.image;

import boxrun.daemon.oci.Digest;
import java.nio.file.Path;
import java.util.Optional;

/** Names an image and where it comes from. Its text is the reference in full, which parses to the same value. */
public sealed interface ImageReference {

    /** Reads what a user wrote; {@code VALIDATION_ERROR} with a hint when it is malformed. */
    static ImageReference parse(String text) {
        return ReferenceParser.parse(text);
    }

    /**
     * An image in a registry.
     *
     * @param registry host name with an optional port; {@code docker.io} for short names
     * @param repository path components separated by slashes
     * @param digest when present it decides, and the tag is only a label
     */
    record Remote(String registry, String repository, Optional<String> tag, Optional<Digest> digest)
            implements ImageReference {
        public Remote {
            if (tag.isEmpty() && digest.isEmpty()) {
                throw new IllegalArgumentException("neither tag nor digest");
            }
        }

        /** What the registry is asked for. */
        public String version() {
            return digest.map(Digest::value).or(() -> tag).orElseThrow();
        }

        @Override
        public String toString() {
            return registry + "/" + repository + tag.map(t -> ":" + t).orElse("")
                    + digest.map(d -> "@" + d).orElse("");
        }
    }

    /** An image of the store, by the digest of its manifest. */
    record Stored(Digest digest) implements ImageReference {
        @Override
        public String toString() {
            return digest.value();
        }
    }

    /**
     * An image on this machine's disk, as docker, podman or skopeo write it.
     *
     * @param path absolute
     * @param name which of the images in it: a tag for OCI layouts, a reference for docker archives
     */
    record Local(Form form, Path path, Optional<String> name) implements ImageReference {

        /** What can be at the path. */
        public enum Form {
            DOCKER_ARCHIVE("docker-archive"),
            OCI_ARCHIVE("oci-archive"),
            OCI_DIRECTORY("oci");

            private final String prefix;

            Form(String prefix) {
                this.prefix = prefix;
            }

            /** The word before the colon. */
            public String prefix() {
                return prefix;
            }
        }

        @Override
        public String toString() {
            return form.prefix() + ":" + path + name.map(n -> ":" + n).orElse("");
        }
    }

    /** An unpacked file system of this machine; the path is absolute. */
    record Directory(Path path) implements ImageReference {
        @Override
        public String toString() {
            return "rootfs:" + path;
        }
    }

    /** This machine's own programs. */
    record Host() implements ImageReference {
        @Override
        public String toString() {
            return "host";
        }
    }
}

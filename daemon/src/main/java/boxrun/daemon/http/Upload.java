package boxrun.daemon.http;

import boxrun.api.Box;
import boxrun.daemon.box.Boxes;
import boxrun.daemon.box.Checks;
import boxrun.daemon.engine.BoxId;
import boxrun.daemon.http.MultipartForm.Part;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The form of an upload: {@code file}, and {@code dest} or {@code path}, in any order. A file that comes after its
 * destination goes into the box while it arrives.
 */
final class Upload {
    /** Longer than any path that the kernel takes. */
    private static final int MAX_PATH = 4096;

    private final Boxes boxes;
    private final Box box;
    private final boolean archive;
    private Optional<String> destination = Optional.empty();
    private Optional<String> written = Optional.empty();

    Upload(Boxes boxes, Box box, boolean archive) {
        this.boxes = boxes;
        this.box = box;
        this.archive = archive;
    }

    /** Reads the form to its end; says where the file is. */
    String read(MultipartForm form) throws IOException {
        Optional<Part> part = form.next();
        while (part.isPresent()) {
            switch (part.get().name()) {
                case "dest", "path" -> destination = Optional.of(destination(part.get()));
                case "file" -> {
                    if (destination.isEmpty()) {
                        return readBelated(form, part.get());
                    }
                    write(part.get(), part.get().content());
                }
                default -> {}
            }
            part = form.next();
        }
        return written.orElseThrow(() -> MultipartForm.refusal(
                destination.isPresent()
                        ? "the form has no field file"
                        : "the form has no field file, and none that says where it belongs: dest"));
    }

    private String readBelated(MultipartForm form, Part file) throws IOException {
        long limit = (long) box.diskSizeGb() << 30;
        try (Spool spool = Spool.of(file.content(), boxes.directory(new BoxId(box.id())), limit)) {
            for (Optional<Part> part = form.next(); part.isPresent(); part = form.next()) {
                switch (part.get().name()) {
                    case "dest", "path" -> destination = Optional.of(destination(part.get()));
                    case "file" -> throw twice();
                    default -> {}
                }
            }
            if (destination.isEmpty()) {
                throw MultipartForm.refusal("the form has no field dest: where the file belongs in the box");
            }
            return write(file, spool.content());
        }
    }

    private String write(Part file, InputStream content) throws IOException {
        if (written.isPresent()) {
            throw twice();
        }
        String to = destination.orElseThrow();
        if (archive) {
            boxes.files().copyIn(box.id(), to, TarHead.checked(content));
            written = destination;
        } else {
            written = Optional.of(
                    boxes.files().writeFile(box.id(), to, file.fileName().orElse(""), content));
        }
        return written.orElseThrow();
    }

    private static String destination(Part part) throws IOException {
        return Checks.absolute(part.name(), part.text(MAX_PATH)).orElseThrow();
    }

    private static RuntimeException twice() {
        return MultipartForm.refusal("the form has more than one field file");
    }
}

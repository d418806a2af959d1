import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes a library fit for the installation: {@code java Jars.java upgrade JAR}, or {@code java Jars.java strip JAR
 * PREFIX...}. The file is replaced; the same input gives the same bytes.
 */
final class Jars {
    /** The class file version of Java 25. */
    private static final int VERSION = 69;

    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    private Jars() {}

    /** What becomes of an entry; an empty answer leaves it out. */
    private interface Change {
        byte[] of(String name, byte[] content) throws IOException;
    }

    public static void main(String[] arguments) throws IOException {
        Path jar = Path.of(arguments[1]);
        List<String> rest = List.of(arguments).subList(2, arguments.length);
        switch (arguments[0]) {
            case "upgrade" -> upgrade(jar);
            case "strip" ->
                rewrite(jar, (name, content) -> rest.stream().anyMatch(name::startsWith) ? new byte[0] : content);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** The JVM keeps no class below version 50 in its cache, but loads and verifies it anew at every start. */
    private static void upgrade(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            ClassFile classes = ClassFile.of(
                    ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(type -> {
                                try {
                                    String name = type.packageName().replace('.', '/') + "/" + type.displayName();
                                    JarEntry entry = file.getJarEntry(name + ".class");
                                    return entry == null ? null : file.getInputStream(entry);
                                } catch (IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            })
                            .orElse(ClassHierarchyResolver.defaultResolver())));
            ClassTransform transform = ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
                    .andThen(ClassTransform.endHandler(type -> type.withVersion(VERSION, 0)));
            rewrite(
                    jar,
                    (name, content) -> name.endsWith(".class") && !name.endsWith("module-info.class")
                            ? classes.transformClass(classes.parse(content), transform)
                            : content);
        }
    }

    private static void rewrite(Path jar, Change change) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarFile file = new JarFile(jar.toFile());
                ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (JarEntry entry : Collections.list(file.entries())) {
                byte[] content = file.getInputStream(entry).readAllBytes();
                byte[] changed = entry.isDirectory() ? content : change.of(entry.getName(), content);
                if (changed.length > 0) {
                    ZipEntry copy = new ZipEntry(entry.getName());
                    copy.setTimeLocal(TIME);
                    out.putNextEntry(copy);
                    out.write(changed);
                    out.closeEntry();
                }
            }
        }
        Files.delete(jar);
        Files.write(jar, bytes.toByteArray());
    }
}

package boxrun.daemon.testing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;

/**
 * A tree of files with all that can be said of each: kind, mode, owner, size, links, time, content, target, attributes.
 * Device nodes are left out.
 */
public final class Tree {
    /** The attribute's revision with and without a user namespace's root at its end, linux/capability.h. */
    private static final String CAPABILITY = "security.capability=0x01000003";

    private static final int NAMESPACE_DIGITS = 8;

    private final Path root;
    private final long rootUser;
    private final long rootGroup;
    private final Map<Long, String> firstNames = new HashMap<>();
    private final Map<String, String> files = new TreeMap<>();

    private Tree(Path root, long rootUser, long rootGroup) {
        this.root = root;
        this.rootUser = rootUser;
        this.rootGroup = rootGroup;
    }

    /** Reads one whose owners are counted from these. */
    public static Tree of(Path root, long rootUser, long rootGroup) throws IOException, InterruptedException {
        Tree tree = new Tree(root, rootUser, rootGroup);
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted().toList()) {
                tree.add(path);
            }
        }
        tree.addAttributes();
        return tree;
    }

    public int size() {
        return files.size();
    }

    /** The paths that are not the same in both, each with what is said of it here and there. */
    public Map<String, String> differences(Tree other) {
        Set<String> paths = new TreeSet<>(files.keySet());
        paths.addAll(other.files.keySet());
        Map<String, String> differences = new TreeMap<>();
        for (String path : paths) {
            String here = files.getOrDefault(path, "nothing");
            String there = other.files.getOrDefault(path, "nothing");
            if (!here.equals(there)) {
                differences.put(path, here + " <> " + there);
            }
        }
        return differences;
    }

    private String name(Path path) {
        return root.relativize(path).toString();
    }

    private void add(Path path) throws IOException {
        Stat stat = Stat.of(path);
        if (stat.isDevice()) {
            return;
        }
        String name = name(path);
        List<Object> said = new ArrayList<>();
        said.add(Integer.toOctalString(stat.mode()));
        said.add((stat.uid() - rootUser) + ":" + (stat.gid() - rootGroup));
        if (!stat.isDirectory()) {
            said.add(stat.size());
            said.add(stat.links());
            said.add(firstNames.computeIfAbsent(stat.inode(), _ -> name));
        }
        if (!name.isEmpty()) {
            said.add(stat.time());
        }
        if (Files.isSymbolicLink(path)) {
            said.add(Files.readSymbolicLink(path));
        } else if (!stat.isDirectory()) {
            said.add(checksum(path));
        }
        files.put(name, String.join(" ", said.stream().map(Object::toString).toList()));
    }

    private static long checksum(Path file) throws IOException {
        CRC32 sum = new CRC32();
        try (InputStream content = new CheckedInputStream(Files.newInputStream(file), sum)) {
            content.transferTo(java.io.OutputStream.nullOutputStream());
        }
        return sum.getValue();
    }

    private void addAttributes() throws IOException, InterruptedException {
        String all = Programs.run(
                "getfattr",
                "--recursive",
                "--physical",
                "--no-dereference",
                "--absolute-names",
                "--dump",
                "--match=-",
                "--encoding=hex",
                root.toString());
        String name = "";
        for (String line : all.lines().toList()) {
            if (line.startsWith("# file: ")) {
                name = name(Path.of(line.substring("# file: ".length())));
            } else if (!line.isEmpty()) {
                files.merge(name, " " + counted(line), String::concat);
            }
        }
    }

    /** A capability in a user namespace, whose root owns the tree, as it is outside of any. */
    private String counted(String attribute) {
        String ours = "%08x".formatted(Integer.reverseBytes((int) rootUser));
        if (!attribute.startsWith(CAPABILITY) || !attribute.endsWith(ours)) {
            return attribute;
        }
        return CAPABILITY.replace('3', '2')
                + attribute.substring(CAPABILITY.length(), attribute.length() - NAMESPACE_DIGITS);
    }
}

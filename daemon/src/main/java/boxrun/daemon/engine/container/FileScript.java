package boxrun.daemon.engine.container;

/**
 * What is run in a box to reach its files, by a busybox of the host that is mounted there: every path means what it
 * means in the box, no link leads out of it, and the image need not have any program. A script ends with 0, with one of
 * the codes below, or with a code and words of the program that failed.
 */
enum FileScript {
    /** {@code directory}: makes a directory with its parents. */
    MAKE_DIRECTORY("exec $box mkdir -p -- \"$1\""),

    /** {@code directory}: unpacks the tar archive on stdin. */
    UNPACK("""
            $box mkdir -p -- "$1" || exit 47
            exec $box tar -C "$1" --numeric-owner -xpf -
            """),

    /** {@code path parent name}: packs a path as the last name of it. */
    PACK("""
            [ -e "$1" ] || [ -L "$1" ] || exit 44
            exec $box tar -C "$2" --numeric-owner -cf - -- "$3"
            """),

    /** {@code path}: the file's size in a line of its own, and its content. */
    READ("""
            [ -e "$1" ] || exit 44
            [ ! -d "$1" ] || exit 45
            [ -f "$1" ] || exit 46
            exec <"$1"
            $box stat -L -c %s /proc/self/fd/0 || exit
            exec $box cat
            """),

    /**
     * {@code path name id}: stdin becomes a file, whose path is told. It has another name until it is complete; a file
     * that something is mounted on cannot be replaced by renaming, and is written over.
     */
    WRITE("""
            path=$1
            case $path in
            */) $box mkdir -p "$path" || exit 47 ;;
            esac
            if [ -d "$path" ]; then
                [ -n "$2" ] || exit 45
                path=${path%/}/$2
                [ ! -d "$path" ] || exit 45
            fi
            [ ! -e "$path" ] || [ -f "$path" ] || exit 46
            file=$path
            if [ -L "$path" ] && [ -f "$path" ]; then
                file=$($box readlink -fn "$path" && echo .) || exit
                file=${file%.}
            fi
            parent=${file%/*}
            $box mkdir -p "$parent/" || exit 47
            new=$parent/.$3
            trap 'trap "" HUP INT TERM; $box rm -f "$new"' EXIT
            trap 'echo "it was ended before it was complete" >&2; exit 1' HUP INT TERM
            umask 077
            $box cat >"$new" || exit
            mode=644
            if [ -f "$file" ]; then
                mode=$($box stat -c %a "$file")
                $box chown "$($box stat -c %u:%g "$file")" "$new"
            fi
            $box chmod "$mode" "$new" || exit
            $box mv -f "$new" "$file" 2>/dev/null || $box cat "$new" >"$file" || exit
            printf %s "$path"
            """);

    static final int NOT_FOUND = 44;
    static final int IS_DIRECTORY = 45;
    static final int NO_CONTENT = 46;
    static final int NO_PARENT = 47;

    private final String text;

    FileScript(String text) {
        this.text = text;
    }

    /** The command that runs it. */
    java.util.List<String> command(String... arguments) {
        java.util.List<String> command = new java.util.ArrayList<>(
                java.util.List.of(RuntimeSpec.BUSYBOX, "sh", "-c", "box=" + RuntimeSpec.BUSYBOX + "\n" + text, "sh"));
        command.addAll(java.util.List.of(arguments));
        return command;
    }
}

package boxrun.daemon.agent;

/** Linux's error numbers in words, as far as starting a command meets them. */
final class Errno {
    static final int ENOENT = 2;
    static final int E2BIG = 7;
    static final int ENOTDIR = 20;

    private Errno() {}

    static String words(int number) {
        return switch (number) {
            case 1 -> "operation not permitted";
            case ENOENT -> "no such file or directory";
            case 5 -> "input/output error";
            case E2BIG -> "argument list too long";
            case 8 -> "not in a format that can be executed";
            case 11 -> "resource temporarily unavailable";
            case 12 -> "out of memory";
            case 13 -> "permission denied";
            case ENOTDIR -> "not a directory";
            case 21 -> "is a directory";
            case 22 -> "invalid argument";
            case 23, 24 -> "too many open files";
            case 26 -> "text file busy";
            case 28 -> "no space left on device";
            case 36 -> "file name too long";
            case 40 -> "too many levels of symbolic links";
            default -> "error " + number;
        };
    }
}

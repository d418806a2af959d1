package boxrun.cli.print;

import java.util.Map;

/** Colour, or none: decided once per stream by what its reader asked for. */
public enum Palette {
    PLAIN,
    COLOUR;

    /**
     * {@code NO_COLOR} (any value) and {@code TERM=dumb} mean none, {@code CLICOLOR_FORCE} other than 0 means colour
     * also where there is no terminal, {@code CLICOLOR=0} none; otherwise colour is for terminals.
     */
    public static Palette of(Map<String, String> environment, boolean isTerminal) {
        if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
            return PLAIN;
        }
        String force = environment.getOrDefault("CLICOLOR_FORCE", "");
        if (!force.isEmpty() && !force.equals("0")) {
            return COLOUR;
        }
        if (environment.getOrDefault("CLICOLOR", "").equals("0")
                || environment.getOrDefault("TERM", "dumb").equals("dumb")) {
            return PLAIN;
        }
        return isTerminal ? COLOUR : PLAIN;
    }

    public String bold(String text) {
        return paint("1", text);
    }

    public String faint(String text) {
        return paint("2", text);
    }

    public String red(String text) {
        return paint("1;31", text);
    }

    public String green(String text) {
        return paint("32", text);
    }

    public String yellow(String text) {
        return paint("33", text);
    }

    private String paint(String code, String text) {
        return switch (this) {
            case PLAIN -> text;
            case COLOUR -> "\033[" + code + "m" + text + "\033[0m";
        };
    }
}

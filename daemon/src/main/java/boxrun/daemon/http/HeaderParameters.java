package boxrun.daemon.http;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A header's value with parameters: {@code form-data; name="file"; filename="a b"}. What does not fit the form is left
 * out, so that whoever needs it finds it missing.
 *
 * @param value in lower case
 * @param parameters by their names in lower case; the first of a name counts
 */
record HeaderParameters(String value, Map<String, String> parameters) {

    static HeaderParameters of(String header) {
        int end = header.indexOf(';');
        String value = (end < 0 ? header : header.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        Map<String, String> parameters = new LinkedHashMap<>();
        Cursor cursor = new Cursor(header, end < 0 ? header.length() : end);
        while (cursor.skip(';')) {
            String name = cursor.until("=;").strip().toLowerCase(Locale.ROOT);
            if (cursor.skip('=')) {
                parameters.putIfAbsent(name, cursor.value());
            }
        }
        return new HeaderParameters(value, parameters);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** A place in the text. */
    private static final class Cursor {
        private final String text;
        private int at;

        Cursor(String text, int at) {
            this.text = text;
            this.at = at;
        }

        boolean skip(char wanted) {
            boolean there = at < text.length() && text.charAt(at) == wanted;
            at += there ? 1 : 0;
            return there;
        }

        String until(String ends) {
            int from = at;
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return text.substring(from, at);
        }

        String value() {
            while (skip(' ') || skip('\t')) {}
            return skip('"') ? quoted() : until(";").strip();
        }

        private String quoted() {
            StringBuilder unquoted = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '"') {
                // Browsers do not escape backslashes: only what must be escaped is taken to be.
                boolean escape = text.startsWith("\\\"", at) || text.startsWith("\\\\", at);
                at += escape ? 1 : 0;
                unquoted.append(text.charAt(at++));
            }
            skip('"');
            until(";");
            return unquoted.toString();
        }
    }
}

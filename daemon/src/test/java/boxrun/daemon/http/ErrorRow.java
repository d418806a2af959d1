package boxrun.daemon.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import boxrun.api.ErrorCode;
import java.util.Optional;

/**
 * A request, and what docs/api.md says of the answer.
 *
 * @param headers complete lines
 * @param code nothing where the request is right
 */
record ErrorRow(String method, String target, String headers, String body, int status, Optional<ErrorCode> code) {
    private static final int BRIEF = 100;

    static ErrorRow refused(String method, String target, ErrorCode code) {
        return refused(method, target, code, code.status());
    }

    static ErrorRow refused(String method, String target, ErrorCode code, int status) {
        return new ErrorRow(method, target, "", "", status, Optional.of(code));
    }

    static ErrorRow right(String method, String target, int status) {
        return new ErrorRow(method, target, "", "", status, Optional.empty());
    }

    ErrorRow with(String contentType, String content) {
        return new ErrorRow(method, target, headers + "Content-Type: " + contentType + "\r\n", content, status, code);
    }

    ErrorRow json(String content) {
        return with("application/json", content);
    }

    ErrorRow header(String line) {
        return new ErrorRow(method, target, headers + line + "\r\n", body, status, code);
    }

    /** The request, with the headers of the connection that it goes over. */
    String request(String head) {
        String length = body.isEmpty() ? "" : "Content-Length: " + body.getBytes(UTF_8).length + "\r\n";
        return method + " " + target + " HTTP/1.1\r\n" + head + "Connection: close\r\n" + headers + length + "\r\n"
                + body;
    }

    /** What is wrong with the answer. */
    Optional<String> wrong(RawHttp.Answer answer) {
        if (answer.status() != status) {
            return Optional.of(answer.status() + ", not " + status + ": " + brief(answer.body()));
        }
        if (code.isEmpty()) {
            return Optional.empty();
        }
        if (!answer.code().equals(code.get().name())) {
            return Optional.of(answer.code() + ", not " + code.get());
        }
        if (status == ErrorCode.METHOD_NOT_ALLOWED.status()
                && answer.header("allow").isEmpty()) {
            return Optional.of("no Allow");
        }
        String message = answer.message();
        return message.isBlank() || message.contains("Exception") || message.contains("error in the daemon")
                ? Optional.of("says: " + message)
                : Optional.empty();
    }

    @Override
    public String toString() {
        return method + " " + brief(target) + " " + headers.replace("\r\n", " ") + brief(body);
    }

    private static String brief(String text) {
        String plain = text.replaceAll("[^ -~]", "?");
        return plain.length() <= BRIEF ? plain : plain.substring(0, BRIEF) + "... (" + plain.length() + ")";
    }
}

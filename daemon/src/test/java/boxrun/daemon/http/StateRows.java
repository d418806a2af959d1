package boxrun.daemon.http;

import boxrun.api.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** What is refused for what there is, or for how a request is made that is no JSON. */
final class StateRows {
    private static final String FORM = "multipart/form-data; boundary=b";

    private StateRows() {}

    static List<ErrorRow> all(Places places) {
        List<ErrorRow> rows = new ArrayList<>(states(places));
        rows.addAll(forms(places));
        for (String archive : List.of("not an archive", "\0".repeat(2000))) {
            rows.add(post("/v1/images:load", ErrorCode.VALIDATION_ERROR).with("application/x-tar", archive));
        }
        rows.add(post("/v1/images:load", ErrorCode.VALIDATION_ERROR));
        return rows;
    }

    private static List<ErrorRow> states(Places places) {
        String box = places.in("/v1/boxes/{id}");
        String stopped = places.in("/v1/boxes/{id}", places.stoppedBox());
        String create = "{\"image\":\"host\",";
        String cmd = "{\"cmd\":[\"true\"]}";
        return List.of(
                post("/v1/boxes", ErrorCode.NAME_ALREADY_EXISTS).json(create + "\"name\":\"" + places.box() + "\"}"),
                post("/v1/boxes", ErrorCode.RESOURCE_EXCEEDED).json(create + "\"cpu\":1000000}"),
                post("/v1/boxes", ErrorCode.VALIDATION_ERROR).json(create + "\"cpu\":1e99}"),
                post("/v1/boxes", ErrorCode.RESOURCE_EXCEEDED).json(create + "\"memory_mb\":1000000000}"),
                post("/v1/boxes", ErrorCode.VALIDATION_ERROR).json(create + "\"workdir\":\"relative\"}"),
                post("/v1/boxes", ErrorCode.VALIDATION_ERROR).json("{\"image\":\"rootfs:/no/such\"}"),
                post("/v1/boxes", ErrorCode.VALIDATION_ERROR).json("{\"image\":\"UPPER CASE\"}"),
                post("/v1/boxes", ErrorCode.VALIDATION_ERROR)
                        .json(create + "\"volumes\":[{\"host_path\":\"/no/such\",\"guest_path\":\"/x\"}]}"),
                post(box + ":start", ErrorCode.BOX_ALREADY_RUNNING),
                ErrorRow.refused("DELETE", box, ErrorCode.BOX_ALREADY_RUNNING),
                post(box + ":rename", ErrorCode.NAME_ALREADY_EXISTS).json("{\"name\":\"" + places.stoppedBox() + "\"}"),
                post(stopped + "/exec", ErrorCode.BOX_NOT_RUNNING).json(cmd),
                post(stopped + ":stop", ErrorCode.BOX_NOT_RUNNING),
                ErrorRow.refused("GET", stopped + "/attach", ErrorCode.BOX_NOT_RUNNING),
                ErrorRow.refused("GET", box + "/attach", ErrorCode.VALIDATION_ERROR, 400),
                ErrorRow.refused("GET", box + "/attach?env=x", ErrorCode.VALIDATION_ERROR),
                ErrorRow.refused("GET", "/v1/run", ErrorCode.VALIDATION_ERROR, 400),
                ErrorRow.refused("GET", "/v1/events?box=nosuch", ErrorCode.BOX_NOT_FOUND),
                post(box + "/files/download", ErrorCode.FILE_NOT_FOUND).json("{\"path\":\"/no/such\"}"),
                post(box + "/files/download", ErrorCode.VALIDATION_ERROR).json("{\"path\":\"relative\"}"));
    }

    private static List<ErrorRow> forms(Places places) {
        String target = places.in("/v1/boxes/{id}/files/upload");
        String file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\nx\r\n";
        String dest = "--b\r\nContent-Disposition: form-data; name=\"dest\"\r\n\r\n/tmp/f\r\n";
        List<ErrorRow> rows = new ArrayList<>();
        for (String broken : List.of(
                "garbage",
                "--b\r\n",
                "--b--\r\n",
                file,
                file + "--b--\r\n",
                dest + "--b--\r\n",
                "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n")) {
            rows.add(form(target).with(FORM, broken));
        }
        rows.add(form(target));
        rows.add(form(target).with("multipart/form-data", dest + file + "--b--\r\n"));
        rows.add(form(target).json("{}"));
        rows.add(post(target + "?archive=zip", ErrorCode.VALIDATION_ERROR).with(FORM, dest + file + "--b--\r\n"));
        return rows;
    }

    private static ErrorRow form(String target) {
        return ErrorRow.refused("POST", target, ErrorCode.VALIDATION_ERROR, 400);
    }

    private static ErrorRow post(String target, ErrorCode code) {
        return ErrorRow.refused("POST", target, code);
    }
}

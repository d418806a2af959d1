package boxrun.daemon.agent;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes a command's spec as the payload of START. Strings end with a NUL. */
final class SpecEncoder {
    private static final int UMASK = 022;
    private static final int STDIN = 1;
    private static final int PTY = 2;

    private SpecEncoder() {}

    static byte[] encode(CommandSpec spec) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            put(out, spec.id());
            out.writeByte((spec.stdin() ? STDIN : 0) | (spec.terminal().isPresent() ? PTY : 0));
            out.writeShort(spec.terminal().map(WindowSize::columns).orElse(0));
            out.writeShort(spec.terminal().map(WindowSize::rows).orElse(0));
            out.writeShort(UMASK);
            put(out, spec.user());
            put(out, spec.workdir());
            out.writeByte(spec.limits().size());
            for (ResourceLimit limit : spec.limits()) {
                out.writeByte(limit.resource());
                out.writeLong(limit.soft());
                out.writeLong(limit.hard());
            }
            out.writeInt(spec.env().size());
            for (var variable : spec.env().entrySet()) {
                put(out, variable.getKey() + "=" + variable.getValue());
            }
            out.writeInt(spec.argv().size());
            for (String argument : spec.argv()) {
                put(out, argument);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static ByteBuffer put(ByteBuffer buffer, String text) {
        return buffer.put(text.getBytes(StandardCharsets.UTF_8)).put((byte) 0);
    }

    private static void put(DataOutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.writeByte(0);
    }
}

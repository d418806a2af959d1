package boxrun.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/boxes}: only {@code image} is required; what is absent gets the default that docs/api.md names. */
public record CreateBox(
        @Nullable String image,
        @Nullable String name,
        @Nullable BigDecimal cpu,
        @Nullable Integer memoryMb,
        @Nullable Integer diskSizeGb,
        @Nullable Boolean network,
        @Nullable String workdir,
        @Nullable Map<String, String> env,
        @Nullable List<Volume> volumes) {}

package boxrun.config;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Amounts of memory and disk as people write them, in powers of 1024: {@code 512m}, {@code 1.5g}, {@code 2GiB}. */
public final class Sizes {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15}(?:\\.\\d{1,6})?)\\s*(?:([kmgt])(?:i?b)?|(b))?");

    private Sizes() {}

    /** Memory in MiB; a bare number is MiB. Throws an {@link IllegalArgumentException} that says what is allowed. */
    public static int megabytes(String text) {
        return whole(text, "m", 1L << 20, "MiB");
    }

    /** Disk in GiB; a bare number is GiB. Throws an {@link IllegalArgumentException} that says what is allowed. */
    public static int gigabytes(String text) {
        return whole(text, "g", 1L << 30, "GiB");
    }

    private static int whole(String text, String bareUnit, long unit, String name) {
        BigDecimal amount = bytes(text, bareUnit).divide(BigDecimal.valueOf(unit), 12, RoundingMode.HALF_UP);
        try {
            int whole = amount.intValueExact();
            if (whole > 0) {
                return whole;
            }
        } catch (ArithmeticException notWhole) {
            throw new IllegalArgumentException(
                    "expected a whole number of " + name + ", got \"" + text + '"', notWhole);
        }
        throw new IllegalArgumentException("expected at least 1 " + name + ", got \"" + text + '"');
    }

    private static BigDecimal bytes(String text, String bareUnit) {
        Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!form.matches()) {
            throw new IllegalArgumentException("expected a size such as 512m or 1.5g, got \"" + text + '"');
        }
        String unit = form.group(2) != null ? form.group(2) : form.group(3) != null ? "b" : bareUnit;
        return new BigDecimal(form.group(1)).multiply(BigDecimal.valueOf(1L << (10 * "bkmgt".indexOf(unit))));
    }

    /** Bytes in the largest unit that leaves a number of at least 1: {@code 1.5 GiB}. */
    public static String text(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        int unit = 0;
        BigDecimal amount = BigDecimal.valueOf(bytes);
        while (amount.compareTo(BigDecimal.valueOf(1024)) >= 0 && unit < units.length - 1) {
            amount = amount.divide(BigDecimal.valueOf(1024), 6, RoundingMode.HALF_UP);
            unit++;
        }
        int digits = unit == 0 || amount.compareTo(BigDecimal.TEN) >= 0 ? 0 : 1;
        return amount.setScale(digits, RoundingMode.HALF_UP).toPlainString() + " " + units[unit];
    }
}

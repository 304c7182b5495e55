package io.forestage.cli.console;

import java.util.Locale;

/** Formats a number of bytes with its unit, such as 1.5 MB. */
public final class ByteCount {

    private ByteCount() {}

    /** Returns a number of bytes in the unit that leaves the fewest digits. */
    public static String of(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        String[] units = {"kB", "MB", "GB", "TB", "PB", "EB"};
        double value = bytes / 1000.0;
        int unit = 0;
        while (value >= 999.95 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %s", value, units[unit]);
    }
}

package io.forestage.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resident size of this process, on Linux. */
public final class ResidentSize {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentSize() {}

    /** Returns the resident bytes, including those of mapped files. */
    public static long bytes() throws IOException {
        return value("VmRSS");
    }

    /** Returns the resident bytes without those of mapped files, which the system may drop. */
    public static long anonymousBytes() throws IOException {
        return value("RssAnon");
    }

    private static long value(String name) throws IOException {
        return Files.readAllLines(STATUS, StandardCharsets.UTF_8).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }
}

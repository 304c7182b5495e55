package io.forestage.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of this process that lies in RAM, on Linux. */
public final class ResidentSize {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentSize() {}

    /** Bytes, those of mapped files included. */
    public static long bytes() throws IOException {
        return value("VmRSS");
    }

    /** Bytes, without those of mapped files, which the system can take back at any time. */
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

package io.forestage.bench.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Linux counts for this process. */
final class ProcessMemory {

    private static final Path SELF = Path.of("/proc/self");

    /** The fields of stat after the name in brackets, which may itself have spaces. */
    private static final int MINOR_FAULTS = 7;

    private static final int MAJOR_FAULTS = 9;
    private static final long KILO = 1024;

    private ProcessMemory() {}

    /** Returns bytes, such as VmHWM: the peak, VmRSS: the resident size, RssFile: of files. */
    static long status(String name) {
        return read(SELF.resolve("status"))
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KILO)
                .findFirst()
                .orElse(0);
    }

    /** Returns the bytes of the machine that are free or can be freed. */
    static long available() {
        return read(Path.of("/proc/meminfo"))
                .lines()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KILO)
                .findFirst()
                .orElse(Long.MAX_VALUE);
    }

    /** Returns the page faults so far: those of memory, and those that read a disk. */
    static long[] faults() {
        String stat = read(SELF.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new long[] {
            Long.parseLong(fields[MINOR_FAULTS]), Long.parseLong(fields[MAJOR_FAULTS])
        };
    }

    /** Sets the peak to the resident size, where Linux allows it. */
    static void forgetPeak() {
        try {
            Files.writeString(SELF.resolve("clear_refs"), "5");
        } catch (IOException e) {
            System.err.printf("scale: the peak includes the set-up: %s%n", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s: expected Linux's file of this process, found none; run this on Linux"
                            .formatted(file),
                    e);
        }
    }
}

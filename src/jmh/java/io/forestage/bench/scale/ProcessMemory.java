package io.forestage.bench.scale;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What Linux counts for this process. */
final class ProcessMemory {

    private static final Path SELF = Path.of("/proc/self");

    /** The fields of stat after the name in brackets, which may itself have spaces. */
    private static final int MINOR_FAULTS = 7;

    private static final int MAJOR_FAULTS = 9;
    private static final String PREEMPTIONS = "nonvoluntary_ctxt_switches";
    private static final long KILO = 1024;

    private ProcessMemory() {}

    /** Returns bytes, such as VmHWM: the peak, VmRSS: the resident size, RssFile: of files. */
    static long status(String name) {
        return number(SELF.resolve("status"), name) * KILO;
    }

    /** Returns the bytes of the machine that are free or can be freed. */
    static long available() {
        return number(Path.of("/proc/meminfo"), "MemAvailable") * KILO;
    }

    /** Returns the page faults so far: those of memory, and those that read a disk. */
    static long[] faults() {
        String stat = read(SELF.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new long[] {
            Long.parseLong(fields[MINOR_FAULTS]), Long.parseLong(fields[MAJOR_FAULTS])
        };
    }

    /**
     * Returns how often a thread that is still alive had to leave its core to others. While it
     * waits, the others of libtorch's threads spin: an operation then takes whole time slices.
     */
    static long preemptions() throws IOException {
        try (Stream<Path> threads = Files.list(SELF.resolve("task"))) {
            return threads.mapToLong(ProcessMemory::preemptionsOf).sum();
        }
    }

    private static long preemptionsOf(Path thread) {
        try {
            return number(thread.resolve("status"), PREEMPTIONS);
        } catch (UncheckedIOException e) {
            return 0; // It has ended since the folder was listed.
        }
    }

    /** Sets the peak to the resident size, where Linux allows it. */
    static void forgetPeak() {
        try {
            Files.writeString(SELF.resolve("clear_refs"), "5");
        } catch (IOException e) {
            System.err.printf("scale: the peak includes the set-up: %s%n", e);
        }
    }

    private static long number(Path file, String name) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(0);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "%s: expected a file of Linux, found none; run this on Linux".formatted(file),
                    e);
        }
    }
}

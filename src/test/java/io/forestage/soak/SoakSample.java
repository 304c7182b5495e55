package io.forestage.soak;

import io.forestage.testing.ResidentSize;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * A row of the table: the process while no action runs, after a garbage collection.
 *
 * @param seconds the seconds since the start
 * @param threads the number of workers
 * @param actions the number of actions done
 * @param failures the number of unexpected errors
 * @param wrong the number of wrong results
 * @param resident the resident size, in bytes
 * @param anonymous the resident size without mapped files, in bytes
 * @param arrays the number of open native arrays
 */
record SoakSample(
        long seconds,
        int threads,
        long actions,
        long failures,
        long wrong,
        long resident,
        long anonymous,
        long arrays) {

    static final String HEADING =
            "seconds  threads    actions  errors  wrong  resident MB  without files MB  arrays";

    private static final long MEGABYTE = 1 << 20;
    private static final long FINALIZATION_NANOS = 300_000_000;

    static SoakSample take(long seconds, int threads, SoakCounts counts)
            throws IOException, JMException {
        long arrays = openArrays();
        return new SoakSample(
                seconds,
                threads,
                counts.actions(),
                counts.failures(),
                counts.wrong(),
                ResidentSize.bytes(),
                ResidentSize.anonymousBytes(),
                arrays);
    }

    String row() {
        return String.format(
                Locale.ROOT,
                "%7d  %7d  %9d  %6d  %5d  %11d  %16d  %6d",
                seconds,
                threads,
                actions,
                failures,
                wrong,
                resident / MEGABYTE,
                anonymous / MEGABYTE,
                arrays);
    }

    /**
     * Counts the arrays that are still referenced. Unreferenced ones that were not closed are not
     * among them: their memory shows in the resident size.
     */
    private static long openArrays() throws JMException {
        System.gc(); // starts the finalisers of DJL's models; the histogram collects again
        LockSupport.parkNanos(FINALIZATION_NANOS);
        String histogram =
                (String)
                        ManagementFactory.getPlatformMBeanServer()
                                .invoke(
                                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                                        "gcClassHistogram",
                                        new Object[] {new String[0]},
                                        new String[] {String[].class.getName()});
        return histogram
                .lines()
                .map(line -> line.trim().split("\\s+", -1))
                .filter(cells -> cells.length > 3 && cells[3].endsWith(".PtNDArray"))
                .mapToLong(cells -> Long.parseLong(cells[1]))
                .sum();
    }
}

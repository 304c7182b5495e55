package io.forestage.soak;

import io.forestage.testing.ResidentSize;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * The process while nothing is under way, after a garbage collection.
 *
 * @param seconds since the beginning
 * @param threads that were at work
 * @param actions that are done
 * @param failures those that ended in an error that they should not
 * @param wrong those that gave other vectors
 * @param resident the resident size, in bytes
 * @param anonymous of it what is no file's
 * @param arrays the native arrays that are open
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
     * Those that a manager or a program still holds. One that nobody holds and nobody closed is not
     * among them: its memory shows in the resident size.
     */
    private static long openArrays() throws JMException {
        System.gc(); // the first one lets DJL's models be finalised, the histogram's counts the
        // rest
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

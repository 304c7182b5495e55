package io.forestage.bench.scale;

/**
 * What one process has measured.
 *
 * @param seconds the median of the second half of the calls
 * @param calls the number of calls
 * @param peak the largest resident size, in bytes
 * @param resident the resident size after the calls
 * @param ofFiles its part that is pages of files
 * @param minorFaults page faults per call that need no disk
 * @param majorFaults all page faults of the calls that read a disk
 * @param preemptions how often, per call, a thread had to leave its core to another
 */
record Sample(
        double seconds,
        int calls,
        long peak,
        long resident,
        long ofFiles,
        double minorFaults,
        long majorFaults,
        double preemptions) {}

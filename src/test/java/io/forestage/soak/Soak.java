package io.forestage.soak;

import ai.djl.repository.zoo.ZooModel;
import io.forestage.InputStage;
import io.forestage.soak.SoakWorker.Shared;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The program of {@code scripts/soak}: 16 threads for half of the time and 64 for the other half
 * predict, interrupt, cancel, open and close. It prints a table with a row at regular intervals,
 * and a verdict. The first third of each half is warm-up.
 */
public final class Soak {

    private static final int[] THREADS = {16, 64};
    private static final long INTERVAL_SECONDS = 30;
    private static final int MIN_SAMPLES = 6;
    private static final long TIMEOUT_SECONDS = 120;

    /** The factor by which the resident size may grow after warm-up, plus the noise. */
    private static final double MAX_GROWTH = 1.1;

    private static final long NOISE_BYTES = 32L << 20;

    /** The arrays of closed models that may not be collected yet. */
    private static final long MAX_UNCOLLECTED = 8;

    private final long start = System.nanoTime();
    private final SoakCounts counts = new SoakCounts();
    private final List<String> problems = new ArrayList<>();

    private Soak() {}

    /**
     * Runs and exits with status 0 if it passed and 1 if not.
     *
     * @param arguments the number of seconds, and a folder for the model
     */
    public static void main(String[] arguments) throws Exception {
        Soak soak = new Soak();
        soak.run(Long.parseLong(arguments[0]), Path.of(arguments[1]));
        System.out.println(soak.counts.summary());
        System.out.println(
                soak.problems.isEmpty()
                        ? "soak: passed"
                        : "soak: FAILED: " + String.join("; ", soak.problems));
        System.exit(soak.problems.isEmpty() ? 0 : 1); // a thread may still hang
    }

    private void run(long seconds, Path folder) throws Exception {
        SoakModel.write(folder);
        System.out.println(SoakSample.HEADING);
        ExecutorService helpers = Executors.newCachedThreadPool();
        try (InputStage stage = InputStage.load(folder);
                ZooModel<String, float[][]> model = SoakWorker.load(folder, false)) {
            Shared shared = new Shared(folder, stage, model, helpers);
            for (int threads : THREADS) {
                if (problems.isEmpty()) {
                    check(threads, phase(threads, seconds / THREADS.length, shared));
                }
            }
        } finally {
            helpers.shutdownNow();
        }
        if (counts.wrong() > 0) {
            problems.add(counts.wrong() + " wrong results");
        }
        if (counts.failures() > 0) {
            problems.add(counts.failures() + " errors");
        }
    }

    private List<SoakSample> phase(int threads, long seconds, Shared shared) throws Exception {
        ReadWriteLock lock = new ReentrantReadWriteLock(true);
        List<SoakWorker> workers = new ArrayList<>();
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            SoakWorker worker = new SoakWorker(shared, lock.readLock(), counts, threads + i);
            workers.add(worker);
            Thread thread = new Thread(worker, "soak-" + i);
            thread.setDaemon(true);
            running.add(thread);
            thread.start();
        }
        List<SoakSample> samples = new ArrayList<>();
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        long interval = Math.max(1, Math.min(INTERVAL_SECONDS, seconds / MIN_SAMPLES));
        while (System.nanoTime() < end && sample(threads, interval, lock, samples)) {
            // sample() waits for the interval.
        }
        workers.forEach(SoakWorker::end);
        for (Thread thread : running) {
            thread.join(Duration.ofSeconds(TIMEOUT_SECONDS).toMillis());
            if (thread.isAlive()) {
                reportHang(thread.getName());
                break;
            }
        }
        return samples;
    }

    private boolean sample(int threads, long interval, ReadWriteLock lock, List<SoakSample> samples)
            throws Exception {
        TimeUnit.SECONDS.sleep(interval);
        if (!lock.writeLock().tryLock(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            reportHang("an action");
            return false;
        }
        try {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
            SoakSample sample = SoakSample.take(seconds, threads, counts);
            samples.add(sample);
            System.out.println(sample.row());
            return true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void reportHang(String what) {
        problems.add("%s did not end within %d seconds".formatted(what, TIMEOUT_SECONDS));
        Thread.getAllStackTraces()
                .forEach(
                        (thread, frames) -> {
                            System.err.println(thread.getName());
                            for (StackTraceElement frame : frames) {
                                System.err.println("    " + frame);
                            }
                        });
    }

    private void check(int threads, List<SoakSample> samples) {
        List<SoakSample> warm = samples.subList(samples.size() / 3, samples.size());
        if (warm.size() < 2) {
            problems.add(
                    "with %d threads: expected two samples after warm-up, found %d; give more seconds"
                            .formatted(threads, warm.size()));
            return;
        }
        int half = warm.size() / 2;
        long before =
                warm.subList(0, half).stream().mapToLong(SoakSample::anonymous).max().orElse(0);
        long after =
                warm.subList(half, warm.size()).stream()
                        .mapToLong(SoakSample::anonymous)
                        .min()
                        .orElse(0);
        if (after > before * MAX_GROWTH + NOISE_BYTES) {
            problems.add(
                    "with %d threads the resident size grew from %d to %d MB after warm-up"
                            .formatted(threads, before >> 20, after >> 20));
        }
        long arraysBefore =
                warm.subList(0, half).stream().mapToLong(SoakSample::arrays).min().orElse(0);
        long arraysAfter =
                warm.subList(half, warm.size()).stream()
                        .mapToLong(SoakSample::arrays)
                        .min()
                        .orElse(0);
        if (arraysAfter > arraysBefore + MAX_UNCOLLECTED) {
            problems.add(
                    "with %d threads the number of open arrays grew from %d to %d after warm-up"
                            .formatted(threads, arraysBefore, arraysAfter));
        }
    }
}

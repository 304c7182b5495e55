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
 * The program of {@code scripts/soak}: for half of the time 16 threads and for the other half 64
 * that predict, interrupt, cancel, open and close; a row of the table now and then, and a verdict.
 * The first third of each half is for warming up.
 */
public final class Soak {

    private static final int[] THREADS = {16, 64};
    private static final long INTERVAL_SECONDS = 30;
    private static final int LEAST_SAMPLES = 6;
    private static final long PATIENCE_SECONDS = 120;

    /**
     * What the resident size may grow by from one end of the second and third third to the other.
     */
    private static final double GROWTH = 1.1;

    private static final long NOISE = 32L << 20;

    /** Arrays of closed models that wait to be collected. */
    private static final long WAITING = 8;

    private final long start = System.nanoTime();
    private final SoakCounts counts = new SoakCounts();
    private final List<String> complaints = new ArrayList<>();

    private Soak() {}

    /**
     * Runs and exits: 0 if all was well, 1 if not.
     *
     * @param arguments the seconds, and a folder for the model
     */
    public static void main(String[] arguments) throws Exception {
        Soak soak = new Soak();
        soak.run(Long.parseLong(arguments[0]), Path.of(arguments[1]));
        System.out.println(soak.counts.summary());
        System.out.println(
                soak.complaints.isEmpty()
                        ? "soak: passed"
                        : "soak: FAILED: " + String.join("; ", soak.complaints));
        System.exit(soak.complaints.isEmpty() ? 0 : 1); // whatever thread may hang
    }

    private void run(long seconds, Path folder) throws Exception {
        SoakModel.write(folder);
        System.out.println(SoakSample.HEADING);
        ExecutorService helpers = Executors.newCachedThreadPool();
        try (InputStage stage = InputStage.load(folder);
                ZooModel<String, float[][]> model = SoakWorker.load(folder, false)) {
            Shared shared = new Shared(folder, stage, model, helpers);
            for (int threads : THREADS) {
                if (complaints.isEmpty()) {
                    judge(threads, phase(threads, seconds / THREADS.length, shared));
                }
            }
        } finally {
            helpers.shutdownNow();
        }
        if (counts.wrong() > 0) {
            complaints.add(counts.wrong() + " times other vectors");
        }
        if (counts.failures() > 0) {
            complaints.add(counts.failures() + " errors");
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
        long interval = Math.max(1, Math.min(INTERVAL_SECONDS, seconds / LEAST_SAMPLES));
        while (System.nanoTime() < end && sample(threads, interval, lock, samples)) {
            // The sample is what is waited for.
        }
        workers.forEach(SoakWorker::end);
        for (Thread thread : running) {
            thread.join(Duration.ofSeconds(PATIENCE_SECONDS).toMillis());
            if (thread.isAlive()) {
                hangs(thread.getName());
                break;
            }
        }
        return samples;
    }

    private boolean sample(int threads, long interval, ReadWriteLock lock, List<SoakSample> samples)
            throws Exception {
        TimeUnit.SECONDS.sleep(interval);
        if (!lock.writeLock().tryLock(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            hangs("an action");
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

    private void hangs(String what) {
        complaints.add(what + " did not end within " + PATIENCE_SECONDS + " seconds");
        Thread.getAllStackTraces()
                .forEach(
                        (thread, frames) -> {
                            System.err.println(thread.getName());
                            for (StackTraceElement frame : frames) {
                                System.err.println("    " + frame);
                            }
                        });
    }

    private void judge(int threads, List<SoakSample> samples) {
        List<SoakSample> warm = samples.subList(samples.size() / 3, samples.size());
        if (warm.size() < 2) {
            complaints.add("too few samples with " + threads + " threads: give it more time");
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
        if (after > before * GROWTH + NOISE) {
            complaints.add(
                    "with %d threads the resident size grew from %d to %d MB after warming up"
                            .formatted(threads, before >> 20, after >> 20));
        }
        long few = warm.subList(0, half).stream().mapToLong(SoakSample::arrays).min().orElse(0);
        long more =
                warm.subList(half, warm.size()).stream()
                        .mapToLong(SoakSample::arrays)
                        .min()
                        .orElse(0);
        if (more > few + WAITING) {
            complaints.add(
                    "with %d threads the open arrays grew from %d to %d after warming up"
                            .formatted(threads, few, more));
        }
    }
}

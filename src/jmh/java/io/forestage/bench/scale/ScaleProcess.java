package io.forestage.bench.scale;

import com.google.gson.Gson;
import java.util.Arrays;

/**
 * The process of one point: checks the work's result, warms up, times calls, and prints a {@link
 * Sample} as JSON. The arguments are a {@link Task} as JSON and the seconds to measure for.
 */
public final class ScaleProcess {

    private static final double NANOS = 1e9;
    private static final int MIN_CALLS = 2;

    /** Work that takes longer is warm after its check, and timed once. */
    private static final double LONG_SECONDS = 10;

    private static final int MAX_CALLS = 1 << 18;

    private ScaleProcess() {}

    /** Measures and prints. */
    public static void main(String[] args) throws Exception {
        Task task = new Gson().fromJson(args[0], Task.class);
        System.out.println(new Gson().toJson(measure(task, Double.parseDouble(args[1]))));
    }

    private static Sample measure(Task task, double seconds) throws Exception {
        try (Work work = task.kind().open(task)) {
            long opened = System.nanoTime();
            work.check();
            boolean isLong = (System.nanoTime() - opened) / NANOS > LONG_SECONDS;
            for (int i = 0; i < (isLong ? 0 : work.round()); i++) {
                work.run();
            }
            double[] times = new double[MAX_CALLS];
            int calls = 0;
            long preemptions = ProcessMemory.preemptions();
            long[] before = ProcessMemory.faults();
            long start = System.nanoTime();
            long begin = start;
            while (calls < (isLong ? 1 : MIN_CALLS)
                    || (calls < MAX_CALLS && (begin - start) / NANOS < seconds)) {
                work.run();
                long end = System.nanoTime();
                times[calls++] = (end - begin) / NANOS;
                begin = end;
            }
            long[] after = ProcessMemory.faults();
            Arrays.sort(times, calls / 2, calls);
            long resident = ProcessMemory.status("VmRSS");
            return new Sample(
                    times[calls / 2 + (calls - calls / 2) / 2] / work.results(),
                    calls,
                    // Linux updates the peak now and then.
                    Math.max(resident, ProcessMemory.status("VmHWM")),
                    resident,
                    ProcessMemory.status("RssFile"),
                    (after[0] - before[0]) / (double) calls,
                    after[1] - before[1],
                    (ProcessMemory.preemptions() - preemptions) / (double) calls);
        }
    }
}
